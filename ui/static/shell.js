/* The frame: the look, the notification area, signing out. */
(() => {
  const f = window.frontline;
  f.look = (theme, density) => frontlineTheme.set(theme, density);
  f.verbs.toggle_theme = () => f.act("run", { command: "theme", value: frontlineTheme.isDark() ? "light" : "dark", targets: [] });
  f.verbs.sign_out = () => document.getElementById("sign-out").submit();
  f.verbs.back = () => document.dispatchEvent(new CustomEvent("frontline:back", { cancelable: true })) && f.go(f.lastList?.() || "/queue");

  /* ---- keys written on buttons that the server made ---- */
  const caps = () => document.querySelectorAll("[data-caps]:empty").forEach((box) => box.append(...f.keys.caps(box.dataset.caps)));

  /* ---- switches of the look say which choice holds ---- */
  const press = () => {
    const { theme, density } = document.documentElement.dataset;
    document.querySelectorAll("[data-choice] > [data-value]").forEach((button) =>
      button.setAttribute("aria-pressed", [theme, density].includes(button.dataset.value)));
  };
  addEventListener("frontline:look", press);
  /* Whatever the server put on the page, and whenever: once a frame. */
  let isDue = false;
  const look = () => {
    isDue = false;
    caps();
    press();
  };
  addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
    if (!isDue) requestAnimationFrame(look);
    isDue = true;
  }).observe(document.getElementById("app"), { childList: true, subtree: true }));

  /* ---- notifications ---- */
  const a = (f.alerts = {});
  let unread = 0;
  let panel = null;
  a.count = (count, newest) => {
    unread = count;
    const pip = document.getElementById("alerts-pip");
    if (pip) {
      pip.hidden = !count;
      pip.parentElement.setAttribute("aria-label", count ? f.say("alerts.unread", { count }) : f.say("shell.alerts"));
    }
    title();
    if (newest) f.toast(`${newest.title}: ${newest.subject}`, "good", { link: newest.path, icon: newest.icon });
    if (panel) f.act("alerts");
  };
  const title = () => {
    const plain = document.title.replace(/^\(\d+\) /, "");
    const wanted = unread ? `(${unread}) ${plain}` : plain;
    if (document.title !== wanted) document.title = wanted;
  };
  addEventListener("DOMContentLoaded", () => new MutationObserver(title).observe(document.querySelector("title"), { childList: true }));
  f.verbs.alerts = () => (panel ? close() : f.act("alerts"));
  const close = () => {
    panel?.remove();
    panel = null;
  };
  a.show = (alerts) => {
    const had = panel?.contains(document.activeElement);
    const isNew = !panel;
    close();
    const read = f.el("button", "btn ghost is-sm", f.say("alerts.read_all"));
    read.disabled = !alerts.some((alert) => !alert.read);
    read.onclick = () => f.act("alerts_read", { id: alerts[0].id });
    const rows = alerts.map((alert) => {
      const when = f.el("span", "num muted", f.since(alert.at));
      when.dataset.since = alert.at;
      const row = f.el(
        "a", `alert ${alert.read ? "" : "unread"}`, f.icon(alert.icon),
        f.el("span", "vs grow", f.el("span", "hs tight", f.el("b", "clip grow", alert.title), when), f.el("span", "clip", alert.subject), alert.text ? f.el("span", "clip muted", alert.text) : null),
      );
      row.href = alert.path;
      row.dir = "auto";
      row.addEventListener("click", close);
      return row;
    });
    const nothing = f.el("div", "empty", f.el("span", "ic", f.icon("bell", "is-lg")), f.el("b", "", f.say("alerts.empty")), f.el("span", "", f.say("alerts.empty.hint")));
    panel = f.el("section", "alerts", f.el("div", "bar", f.el("h2", "grow", f.say("shell.alerts")), read), f.el("div", "scroll", ...(rows.length ? rows : [nothing])));
    panel.setAttribute("aria-label", f.say("shell.alerts"));
    panel.tabIndex = -1;
    document.body.append(panel);
    if (isNew || had) (panel.querySelector("a, button:not(:disabled)") || panel).focus();
  };
  addEventListener("pointerdown", (event) => panel && !event.target.closest(".alerts, [data-run=alerts]") && close());
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    close();
    document.querySelector("[data-run=alerts]")?.focus();
  }, true);
})();
