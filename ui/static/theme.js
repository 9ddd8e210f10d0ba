/* The look of the page before anything is drawn. The server knows each person's choice; the cookie carries it to pages
   that come before signing in, and "system" follows the computer. */
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const cookie = (name) => (document.cookie.match(`(?:^|; )frontline_${name}=(\\w+)`) || [])[1];
  let theme = cookie("theme") || "system";
  let density = cookie("density") || "comfortable";
  const show = () => {
    const name = theme === "system" ? (system.matches ? "dark" : "light") : theme;
    const isNew = root.dataset.theme !== name || root.dataset.density !== density;
    root.dataset.theme = name;
    root.dataset.density = density;
    if (window.Quasar && document.body) window.Quasar.Dark.set(name === "dark");
    if (isNew) dispatchEvent(new CustomEvent("frontline:look", { detail: { theme: name, density } }));
  };
  window.frontlineTheme = {
    isDark: () => root.dataset.theme === "dark",
    set(newTheme, newDensity, language) {
      theme = newTheme;
      density = newDensity;
      for (const [name, value] of Object.entries({ theme, density })) document.cookie = `frontline_${name}=${value}; path=/; max-age=31536000; samesite=lax`;
      if (language) {
        // The framework writes a language of its own into the page; what is read here is this one.
        root.lang = language;
        addEventListener("DOMContentLoaded", () => (root.lang = language));
      }
      show();
    },
  };
  show();
  system.addEventListener("change", show);
})();
