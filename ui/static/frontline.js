/* What every live page shares: talking to the server, clocks and times, notices, the connection banner.
   Texts of customers become text nodes only; nothing here puts them into markup. */
(() => {
  const f = (window.frontline = {});
  let page;

  /* ---- the page's own data, written by the server ---- */
  f.page = () => {
    const written = document.getElementById("frontline-page");
    return (page ||= written ? JSON.parse(written.textContent) : null) || { marks: {}, commands: [] };
  };
  f.say = (key, values = {}) =>
    (window.frontlineTexts?.[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  /* Dates and numbers as the language of the texts writes them; English with the day before the month. */
  f.locale = () => ({ en: "en-GB" })[f.page().language || "en"] || f.page().language;
  f.number = (value) => value.toLocaleString(f.locale());
  addEventListener("DOMContentLoaded", () => f.page().language && (document.documentElement.lang = f.page().language));
  /* This computer's clock may be wrong, so deadlines count by the server's. */
  let offset = 0;
  f.setNow = (now) => (offset = now - Date.now());
  f.now = () => Date.now() + offset;

  /* ---- asking the server ---- */
  f.act = (name, data = {}) => emitEvent("frontline", { act: name, ...data });
  f.reload = () => location.reload();
  f.leave = (path) => location.assign(path);

  /* ---- addresses inside the desk are followed without loading the page anew ---- */
  const INSIDE = /^\/(queue(\/[^/]+)?|tickets\/\d+|design|model)\/?$/;
  const isInside = (url) => url.origin === location.origin && INSIDE.test(url.pathname);
  const arrive = () => {
    f.layout(f.ticketOf(location.pathname) ? "ticket" : "queue", f.ticketOf(location.pathname));
    f.act("go", { path: location.pathname + location.search });
  };
  f.ticketOf = (path) => Number((path.match(/^\/tickets\/(\d+)/) || [])[1]) || null;
  f.go = (path) => {
    const url = new URL(path, location.href);
    if (!isInside(url)) return location.assign(url);
    if (url.href !== location.href) history.pushState(null, "", url);
    arrive();
  };
  /* The address changes while the page stays, as when a filter is set; `act` tells the server. */
  f.remember = (path) => history.replaceState(null, "", path);
  addEventListener("popstate", arrive);
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || !isInside(new URL(link.href))) return;
    event.preventDefault();
    f.go(link.href);
  });

  /* ---- what is shown: which layout, which ticket, and the slots that the server fills ---- */
  f.openTicket = null;
  f.layout = (name, ticket = null) => {
    if (ticket !== f.ticketOf(location.pathname)) return; // The server answers for an address that was left meanwhile.
    document.body.dataset.layout = name;
    f.openTicket = ticket;
    document.querySelectorAll("[data-place]").forEach((link) => {
      const here = link.dataset.place === "/" + location.pathname.split("/")[1] || (link.dataset.place === "/queue" && ticket);
      link.classList.toggle("on", !!here);
      if (here) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    });
    dispatchEvent(new CustomEvent("frontline:layout", { detail: { name, ticket } }));
  };
  /* Markup of ours that was escaped on the server. Focus, scroll and folds inside survive. */
  f.put = (name, markup) => {
    const slot = document.querySelector(`[data-slot="${name}"]`);
    if (!slot) return;
    const focused = slot.contains(document.activeElement) ? document.activeElement.dataset.key || document.activeElement.id : null;
    const top = slot.scrollTop;
    slot.innerHTML = markup;
    slot.scrollTop = top;
    if (focused) (slot.querySelector(`[data-key="${CSS.escape(focused)}"]`) || document.getElementById(focused))?.focus();
    dispatchEvent(new CustomEvent("frontline:put", { detail: { name, slot } }));
  };

  /* ---- commands: a local function of that id, a level of the command bar, or the server ---- */
  f.verbs = {};
  f.command = (id) => f.page().commands.find((command) => command.id === id);
  f.targets = () => {
    const selected = f.list?.selected?.() || [];
    if (selected.length) return selected;
    return [f.openTicket || f.list?.target?.()].filter(Boolean);
  };
  f.run = (id, value = null, targets = f.targets()) => {
    if (f.verbs[id]) return f.verbs[id](value, targets);
    const command = f.command(id);
    if (!command) return;
    if (command.nested && value === null) return f.commands.open(id, targets);
    dispatchEvent(new CustomEvent("frontline:run", { detail: { command: id, value, targets } }));
    f.act("run", { command: id, value, targets });
  };
  /* The server did not do it: what was shown ahead of its answer is taken back. */
  f.refused = (command, targets) => dispatchEvent(new CustomEvent("frontline:refused", { detail: { command, targets } }));
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-run]");
    if (!button) return;
    event.preventDefault();
    f.run(button.dataset.run, button.dataset.value ?? null);
  });

  /* ---- small builders ---- */
  f.el = (tag, style, ...children) => {
    const made = document.createElement(tag);
    if (style) made.className = style;
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  };
  f.icon = (name, style = "", title = "") => {
    const made = f.el("i", `i i-${name} ${style}`);
    if (title) {
      made.title = title;
      made.setAttribute("role", "img");
      made.setAttribute("aria-label", title);
    } else made.setAttribute("aria-hidden", "true");
    return made;
  };
  f.avatar = (name, size = "s") => {
    const words = name.split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
    const ends = words.length < 2 ? words : [words[0], words.at(-1)];
    const hue = "abcde"[[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 5];
    const made = f.el("span", `av ${hue} ${size}`, ends.map((word) => [...word][0]).join("").toUpperCase() || "?");
    made.setAttribute("aria-hidden", "true");
    return made;
  };

  /* ---- clocks and times ---- */
  const two = (number) => String(number).padStart(2, "0");
  f.left = (milliseconds) => {
    const all = Math.floor(Math.abs(milliseconds) / 1000);
    const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
    const text = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
    return milliseconds < 0 ? `−${text}` : text;
  };
  f.since = (moment) => {
    const minutes = Math.max(0, Math.floor((f.now() - moment) / 60000));
    const hours = Math.floor(minutes / 60);
    if (!hours) return f.say("unit.minutes", { count: minutes });
    if (hours < 24) return f.say("unit.hours_minutes", { hours, minutes: two(minutes % 60) });
    return f.say("unit.days_hours", { days: f.number(Math.floor(hours / 24)), hours: hours % 24 });
  };
  const STATES = {
    ok: ["ok", ""], risk: ["risk", "alarm"], late: ["late", "alert-triangle"], paused: ["paused", "clock-pause"],
    met: ["paused", "check"], none: ["paused", ""],
  };
  f.clockState = (due, sla) => {
    if (due) return due <= f.now() || sla === "breached" ? "late" : sla === "at_risk" ? "risk" : "ok";
    return sla === "paused" ? "paused" : sla === "met" ? "met" : "none";
  };
  f.paintClock = (clock) => {
    const due = Number(clock.dataset.due) || null;
    const state = f.clockState(due, clock.dataset.sla);
    const words = { paused: f.say("clock.paused"), met: f.say("clock.met"), none: "–" };
    const text = words[state] || f.left(due - f.now());
    if (clock.dataset.state !== state) {
      const [style, sign] = STATES[state];
      clock.dataset.state = state;
      clock.className = `clock ${style}`;
      clock.title = { late: f.say("clock.breached"), risk: f.say("clock.at_risk"), ok: f.say("clock.running") }[state] || "";
      clock.replaceChildren(...(sign ? [f.icon(sign)] : []), text);
    } else if (clock.lastChild && clock.lastChild.data !== text) clock.lastChild.data = text;
  };
  f.clock = (due, sla) => {
    const made = f.el("span", "clock");
    Object.assign(made.dataset, { clock: "", sla: sla || "" }, due ? { due } : {});
    f.paintClock(made);
    return made;
  };
  const FORMATS = {
    clock: { hour: "2-digit", minute: "2-digit" },
    day: { day: "numeric", month: "short", year: "numeric" },
    both: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
  };
  f.paintTime = (time) => {
    const moment = new Date(Number(time.dataset.at));
    const today = moment.toDateString() === new Date(f.now()).toDateString();
    const style = time.dataset.style === "clock" && !today ? "both" : time.dataset.style;
    time.textContent = moment.toLocaleString(f.locale(), FORMATS[style] || FORMATS.both);
    time.title = moment.toLocaleString(f.locale(), { dateStyle: "full", timeStyle: "short" });
    time.dataset.painted = "";
  };
  const paint = () => {
    document.querySelectorAll("[data-clock]").forEach(f.paintClock);
    document.querySelectorAll("time[data-at]:not([data-painted])").forEach(f.paintTime);
    document.querySelectorAll("[data-since]").forEach((element) => {
      const text = f.since(Number(element.dataset.since));
      if (element.textContent !== text) element.textContent = text;
    });
  };
  setInterval(paint, 1000);
  addEventListener("DOMContentLoaded", () =>
    new MutationObserver(paint).observe(document.getElementById("app"), { childList: true, subtree: true }));

  /* ---- notices, one at a time ---- */
  let fading;
  f.toast = (text, tone = "good", more = {}) => {
    document.querySelector(".toast")?.remove();
    const close = f.el("button", "btn ghost icon is-sm", f.icon("x"));
    close.setAttribute("aria-label", f.say("toast.close"));
    const toast = f.el("div", `toast ${tone}`, f.icon(more.icon || (tone === "bad" ? "alert-circle" : "check")), f.el("span", "grow", text));
    if (more.undo) {
      const undo = f.el("button", "undo-change", more.undo);
      undo.onclick = () => {
        toast.remove();
        f.act("undo_change");
      };
      toast.append(undo);
    }
    if (more.link) {
      const link = f.el("a", "", f.say("toast.open"));
      link.href = more.link;
      link.onclick = () => toast.remove();
      toast.append(link);
    }
    toast.append(close);
    toast.setAttribute("role", tone === "bad" ? "alert" : "status");
    close.onclick = () => toast.remove();
    document.body.append(toast);
    clearTimeout(fading);
    fading = setTimeout(() => toast.remove(), tone === "bad" ? 12000 : more.undo ? 10000 : 4000);
  };

  /* ---- the connection ---- */
  const banner = (tone, sign, text) => {
    document.querySelector("#connection")?.remove();
    if (!text) return;
    const made = f.el("div", `banner ${tone}`, f.icon(sign), f.el("span", "", text));
    made.id = "connection";
    made.setAttribute("role", "status");
    document.body.append(made);
  };
  f.isLost = false;
  f.caughtUp = () => {
    if (!f.isLost) return;
    f.isLost = false;
    document.documentElement.classList.remove("is-lost");
    banner("good", "circle-check", f.say("connection.back"));
    setTimeout(() => f.isLost || banner(), 2500);
  };
  const watch = () => {
    if (!window.socket) return setTimeout(watch, 20);
    window.socket.on("disconnect", () => {
      f.isLost = true;
      document.documentElement.classList.add("is-lost");
      banner("warn", "wifi-off", f.say("connection.lost"));
    });
  };
  watch();

  /* ---- keys and clicks that every page has ---- */
  f.isTyping = (event) => {
    const target = event.target;
    return event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  };
})();
