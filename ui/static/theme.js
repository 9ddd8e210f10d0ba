/* Light or dark before anything is drawn: the choice in the cookie, else what the system prefers. */
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => (document.cookie.match(/(?:^|; )frontline_theme=(light|dark)/) || [])[1];
  const show = () => {
    const theme = chosen() || (system.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    document.documentElement.dataset.density ||= "comfortable";
    if (window.Quasar && document.body) window.Quasar.Dark.set(theme === "dark");
  };
  show();
  system.addEventListener("change", show);
  window.frontlineTheme = {
    toggle() {
      const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
      document.cookie = `frontline_theme=${next}; path=/; max-age=31536000; samesite=lax`;
      show();
    },
  };
})();
