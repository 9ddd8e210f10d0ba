/* Keys: one dispatcher over the registry of commands, the tooltips that teach them, and the help that lists them. */
(() => {
  const f = window.frontline;
  const k = (f.keys = {});
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const NAMES = { Mod: "⌘", Shift: "⇧", Enter: "↵", Esc: "esc", Backspace: "⌫", Up: "↑", Down: "↓" };

  /* ---- combinations: "Shift+E" in the registry, the same from an event ---- */
  const pressed = (event) => {
    const key = event.key === "Escape" ? "Esc" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
    const isLetter = /^\p{L}$/u.test(key) || event.key.length > 1;
    return [
      (isMac ? event.metaKey : event.ctrlKey) ? "Mod" : "",
      event.altKey ? "Alt" : "",
      event.shiftKey && isLetter ? "Shift" : "",
      key,
    ].filter(Boolean).join("+");
  };
  k.caps = (keys) => keys.split("+").filter(Boolean).map((part) => f.el("span", "kbd", part === "Mod" && !isMac ? f.say("keys.ctrl") : NAMES[part] || part));
  const isHere = (command) => {
    const layout = document.body.dataset.layout;
    if (command.scope === "ticket") return layout === "ticket";
    if (command.scope === "list") return layout === "queue" || layout === "ticket";
    if (command.scope === "tickets") return f.targets().length > 0;
    return true;
  };
  k.isHere = isHere;

  const inDialog = () => document.querySelector("[role=dialog][aria-modal=true]");
  const whileTyping = (keys) => keys.startsWith("Mod+");
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || inDialog()) return;
    const keys = pressed(event);
    const isWriting = event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    const isBox = event.target.matches?.('input[type="checkbox"], input[type="radio"]');
    if (isWriting && !isBox && !whileTyping(keys)) return;
    if (keys === "Enter" && event.target.closest?.("a, button, [role=button], summary")) return;
    const command = f.page().commands.find((one) => one.keys === keys && isHere(one));
    if (!command) return;
    event.preventDefault();
    f.run(command.id);
  });

  /* ---- tooltips: what a control does and its key, after a moment ---- */
  let tip;
  let waiting;
  const hide = () => {
    clearTimeout(waiting);
    tip?.remove();
    tip = null;
  };
  const describe = (control) => {
    const command = f.command(control.dataset.run);
    const words = control.dataset.tip || control.getAttribute("aria-label") || command?.title;
    return words ? [f.el("span", "", words), ...k.caps(command?.keys || control.dataset.keys || "")] : null;
  };
  const show = (control) => {
    const parts = control.isConnected && describe(control);
    if (!parts) return;
    tip = f.el("div", "tipbox", ...parts);
    tip.setAttribute("role", "tooltip");
    document.body.append(tip);
    const at = control.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - tip.offsetWidth / 2), innerWidth - tip.offsetWidth - 8);
    const below = at.bottom + tip.offsetHeight + 12 < innerHeight;
    Object.assign(tip.style, { left: `${left}px`, top: `${below ? at.bottom + 6 : at.top - tip.offsetHeight - 6}px` });
  };
  const start = (event) => {
    const control = event.target.closest?.("[data-run], [data-tip]");
    hide();
    if (!control) return;
    const command = f.command(control.dataset.run);
    if (control.title) {
      if (!control.getAttribute("aria-label")) control.setAttribute("aria-label", control.title);
      control.removeAttribute("title");
    }
    if (command?.keys) control.setAttribute("aria-keyshortcuts", command.keys.replace("Mod", isMac ? "Meta" : "Control"));
    waiting = setTimeout(show, 400, control);
  };
  document.addEventListener("pointerover", start);
  document.addEventListener("focusin", (event) => event.target.matches?.(":focus-visible") && start(event));
  for (const end of ["pointerdown", "keydown", "wheel", "focusout"]) addEventListener(end, hide, { capture: true, passive: true });
  document.addEventListener("pointerout", hide);

  /* ---- dialogs: the focus stays inside and goes back afterwards ---- */
  f.dialog = (label, style, ...content) => {
    const before = document.activeElement;
    const scrim = f.el("div", "scrim");
    const box = f.el("section", `cmd ${style}`, ...content);
    Object.entries({ role: "dialog", "aria-modal": "true", "aria-label": label, tabindex: "-1" }).forEach(([name, value]) => box.setAttribute(name, value));
    const close = () => {
      if (!box.isConnected) return;
      scrim.remove();
      box.remove();
      if (before?.isConnected) before.focus();
    };
    scrim.addEventListener("click", close);
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
      if (event.key !== "Tab") return;
      const stops = [...box.querySelectorAll("button, input, textarea, select, a[href], [tabindex='0']")].filter((one) => !one.disabled && one.offsetParent);
      if (!stops.length) return event.preventDefault();
      const at = stops.indexOf(document.activeElement);
      const next = event.shiftKey ? (at <= 0 ? stops.length - 1 : at - 1) : at === stops.length - 1 ? 0 : at + 1;
      event.preventDefault();
      stops[next].focus();
    });
    hide();
    document.body.append(scrim, box);
    box.focus();
    return { box, close };
  };

  /* ---- help ---- */
  const ORDER = ["move", "write", "act", "go", "look"];
  f.verbs.help = () => {
    const commands = f.page().commands.filter((command) => command.keys);
    const groups = ORDER.map((group) => [group, commands.filter((command) => command.group === group)]).filter(([, of]) => of.length);
    const list = f.el("div", "keylist");
    list.tabIndex = 0;
    for (const [group, of] of groups) {
      list.append(f.el("h3", "grp", f.say(`group.${group}`)));
      for (const command of of) list.append(f.el("div", "keyrow", command.title, f.el("span", "", ...k.caps(command.keys))));
    }
    const close = f.el("button", "btn ghost icon is-sm", f.icon("x"));
    close.setAttribute("aria-label", f.say("dialog.close"));
    const head = f.el("div", "bar", f.el("h2", "grow", f.say("help.title")), close);
    const dialog = f.dialog(f.say("help.title"), "help", head, list, f.el("div", "foot", f.el("span", "", f.say("help.rest"))));
    close.onclick = dialog.close;
  };
})();
