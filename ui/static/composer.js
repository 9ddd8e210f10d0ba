/* Where replies and notes are written. What is typed is kept three times: on the page, in this browser, on the server;
   the newest wins, and it goes only when it was sent. */
(() => {
  const f = window.frontline;
  const c = (f.composer = {});
  const byId = (id) => document.getElementById(id);
  const box = () => byId("composer-text");
  const panel = () => document.querySelector(".composer");
  const SAVE_AFTER = 600, SAVE_AGAIN = 5000, QUIET = 4000;
  const KINDS = ["reply", "note"];
  const AFTER = ["pending_customer", "resolved", "in_progress"];

  /* ---- the state of the ticket that is open ---- */
  let at = null; // What the server told when the ticket was opened.
  let kind = "reply";
  let then = AFTER[0];
  let drafts = {};
  c.colleagues = () => at?.colleagues || [];
  const draft = () => drafts[kind] || null;
  const key = (ticket, which) => `frontline:draft:${f.page().user}:${ticket}:${which}`;
  const stored = (ticket, which) => {
    try {
      return JSON.parse(localStorage.getItem(key(ticket, which)) || "null");
    } catch {
      return null; // Storage is switched off: the text then lives on the page and on the server.
    }
  };
  const store = (ticket, which, value) => {
    try {
      if (value) localStorage.setItem(key(ticket, which), JSON.stringify(value));
      else localStorage.removeItem(key(ticket, which));
      return true;
    } catch {
      return false;
    }
  };

  /* ---- opening and leaving ---- */
  c.opened = (told) => {
    if (told.id !== f.openTicket) return;
    at = told;
    drafts = {};
    KINDS.forEach((which) => (drafts[which] = newest(stored(told.id, which), told.drafts[which], which)));
    then = AFTER[0];
    underWay = false;
    byId("stopped").hidden = true;
    byId("take-offer").hidden = true;
    kind = !drafts.reply && drafts.note ? "note" : "reply";
    if (box()) draw();
  };
  /* A text that was saved and is on the server no more was sent from another browser. */
  const newest = (here, there, which) => {
    if (here && !there && here.saved) return void store(at.id, which, null);
    if (here && there) return here.at >= there.at ? here : { ...there, saved: true };
    return here || (there ? { ...there, saved: true } : null);
  };
  c.shown = (seq, offer) => {
    if (!at) return;
    at.seq = seq;
    at.offer = offer;
    if (!offer) byId("take-offer").hidden = true;
  };
  c.leave = () => {
    if (!at) return;
    stopTyping();
    save();
    at = null;
  };
  /* A composer that was drawn anew gets its text back. */
  addEventListener("frontline:put", ({ detail }) => detail.name === "composer" && at?.id === f.openTicket && box() && draw());

  const draw = () => {
    panel().classList.toggle("note", kind === "note");
    panel().querySelectorAll("[data-mode-button]").forEach((button) => {
      const on = button.dataset.modeButton === kind;
      button.classList.toggle("on", on);
      button.setAttribute("aria-pressed", on);
    });
    panel().querySelectorAll(".channel, .to, [data-tool=macros], [data-tool=article]").forEach((one) => (one.hidden = kind === "note"));
    panel().querySelector("[data-tool=mention]").hidden = kind !== "note";
    byId("composer-more").hidden = kind === "note";
    const text = draft()?.text || "";
    if (box().value !== text) box().value = text;
    box().placeholder = f.say(kind === "note" ? "composer.note.hint" : "composer.reply.hint");
    state(text ? (draft().saved ? "draft.saved" : "draft.kept") : null);
    names();
    effects();
    verb();
    fit();
  };
  const fit = () => {
    const area = box();
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, innerHeight * 0.4)}px`;
    count();
    warn();
  };
  const state = (text) => {
    const shown = byId("draft-state");
    if (!shown) return;
    const key = text || "";
    if (shown.dataset.state === key) return;
    shown.dataset.state = key;
    shown.replaceChildren(...(text ? [f.icon(text === "draft.saved" ? "check" : "device-desktop", text === "draft.saved" ? "is-sm good" : "is-sm"), f.say(text)] : []));
  };
  c.mode = (wanted) => {
    if (!box()) return;
    if (wanted !== kind) {
      save();
      kind = wanted;
      draw();
    }
    box().focus();
  };

  /* ---- keeping what is typed ---- */
  let timer;
  let underWay = false;
  const keep = (more = {}) => {
    const text = box().value;
    const was = draft();
    const value = text || more.macro ? { seq: at.seq, macro: null, ...was, ...more, text, at: Math.round(f.now()), saved: false } : null;
    if (value && !text.trim() && !value.macro) value.macro = null;
    drafts[kind] = value;
    const isKept = store(at.id, kind, value);
    state(value ? (isKept ? "draft.kept" : "draft.not_kept") : null);
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
    if (!value) forget(at.id, kind);
  };
  const sending = new Map(); // key → moment that is on its way to the server
  const save = () => {
    clearTimeout(timer);
    if (!at || f.isLost) return;
    KINDS.forEach((which) => {
      const value = drafts[which];
      // What is being sent must not come back as a draft.
      if (!value || value.saved || (underWay && which === kind)) return;
      const name = key(at.id, which);
      const under = sending.get(name);
      if (under && under.at === value.at && f.now() - under.since < SAVE_AGAIN) return;
      sending.set(name, { at: value.at, since: f.now() });
      f.act("draft", { ticket: at.id, kind: which, text: value.text, seq: value.seq, at: value.at, macro: value.macro });
    });
  };
  const forget = (ticket, which) => {
    sending.delete(key(ticket, which));
    if (!f.isLost) f.act("draft", { ticket, kind: which, text: "", seq: 0, at: Math.round(f.now()), macro: null });
  };
  c.saved = (ticket, which, moment) => {
    sending.delete(key(ticket, which));
    const here = stored(ticket, which);
    if (here && here.at === moment) store(ticket, which, { ...here, saved: true });
    const value = at?.id === ticket ? drafts[which] : null;
    if (!value || value.at !== moment) return;
    value.saved = true;
    if (which === kind) state("draft.saved");
  };
  /* What could not be saved, because the connection was cut or an answer was lost, is tried again. */
  setInterval(save, 2000);
  addEventListener("pagehide", save);
  addEventListener("visibilitychange", () => document.hidden && save());

  /* ---- writing ---- */
  let typing = null;
  let quiet;
  const stopTyping = () => {
    clearTimeout(quiet);
    if (typing && at && !f.isLost) f.act("typing", { ticket: at.id, kind: null });
    typing = null;
  };
  const tellTyping = () => {
    clearTimeout(quiet);
    quiet = setTimeout(stopTyping, QUIET);
    if (typing === kind || f.isLost) return;
    typing = kind;
    f.act("typing", { ticket: at.id, kind });
  };
  const offer = () => (byId("take-offer").hidden = !(at.offer && kind === "reply" && box().value.trim()));
  addEventListener("input", (event) => {
    if (event.target !== box() || !at) return;
    keep();
    fit();
    tellTyping();
    offer();
    names();
  });
  addEventListener("focusout", (event) => {
    if (event.target !== box() || !at) return;
    stopTyping();
    save();
    setTimeout(() => document.activeElement === box() || hideNames(), 150);
  });
  c.insert = (ticket, text, send = false) => {
    if (ticket !== at?.id || !box()) return;
    put(text);
    if (send) c.send();
    else sendIfAsked();
  };
  const put = (text) => {
    if (kind === "note") c.mode("reply");
    const area = box();
    const gap = area.value && !area.value.endsWith("\n") ? "\n\n" : "";
    area.setRangeText(gap + text, area.selectionEnd, area.selectionEnd, "end");
    keep();
    fit();
    offer();
    area.focus();
  };

  /* ---- macros: the text, and what else they set, as chips that can be taken away ---- */
  c.macro = (ticket, told) => {
    if (ticket !== at?.id || !box()) return;
    put(told.text);
    keep({ macro: { id: told.id, effects: told.effects } });
    effects();
    select();
    sendIfAsked();
  };
  /* In the command bar, Mod+Enter inserts and sends at once. */
  let sendsNext = false;
  addEventListener("frontline:run", ({ detail }) => {
    if (detail.command === "macros" || detail.command === "article") sendsNext = !!f.commands.isSent;
  });
  const sendIfAsked = () => {
    if (!sendsNext) return;
    sendsNext = false;
    c.send();
  };
  const effects = () => {
    const shown = byId("composer-effects");
    const macro = kind === "reply" ? draft()?.macro : null;
    shown.hidden = !macro?.effects?.length;
    shown.replaceChildren(...(macro?.effects || []).map((one) => {
      const away = f.el("button", "", f.icon("x", "is-xs"));
      away.type = "button";
      away.setAttribute("aria-label", f.say("macro.take_away", { effect: one.text }));
      away.onclick = () => {
        keep({ macro: { ...macro, effects: macro.effects.filter((other) => other !== one) } });
        effects();
        verb();
        box().focus();
      };
      return f.el("span", "prop", f.icon(one.icon, one.icon.startsWith("p-") ? one.icon : ""), one.text, away);
    }));
    verb();
  };
  /* Braces that a macro could not fill block the sending until they are written out. */
  const missing = () => [...new Set([...box().value.matchAll(/\{([a-z][a-z_.]*)\}/g)].map((found) => found[1]))].filter((name) => at.variables.includes(name));
  const warn = () => {
    const banner = byId("composer-warning");
    const found = kind === "reply" && at ? missing() : [];
    banner.hidden = !found.length;
    if (found.length) banner.querySelector("span").textContent = f.say("composer.missing", { names: found.map((name) => `{${name}}`).join(", ") });
    return found.length > 0;
  };
  const select = () => {
    const found = box().value.match(/\{[a-z][a-z_.]*\}/);
    if (found && at.variables.includes(found[0].slice(1, -1))) box().setSelectionRange(found.index, found.index + found[0].length);
  };

  /* ---- text messages: how much fits ---- */
  const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
  const DOUBLE = /[\^{}\\[~\]|€]/g;
  c.measure = (text) => {
    const isGsm = GSM.test(text);
    const units = isGsm ? text.length + (text.match(DOUBLE) || []).length : text.length;
    const [one, many] = isGsm ? [160, 153] : [70, 67];
    return { units, one, parts: units <= one ? 1 : Math.ceil(units / many) };
  };
  const count = () => {
    const shown = byId("sms-counter");
    if (!shown || shown.closest("[hidden]") === panel()) return;
    shown.hidden = box().dataset.channel !== "sms" || kind === "note";
    if (shown.hidden) return;
    const text = box().value.trim();
    const { units, one, parts } = c.measure(text);
    const { most, links } = at?.sms || { most: one, links: false };
    const isCut = links && text.length > most;
    const words = [f.say("sms.count", { count: units, most: Math.min(one, most) })];
    if (isCut) words.push(f.say("sms.rest"));
    else if (parts > 1) words.push(f.say("sms.parts", { count: parts }));
    const bar = f.el("i", isCut || parts > 1 ? "warn" : "accent");
    bar.style.width = `${Math.min(100, (units / Math.min(one, most)) * 100)}%`;
    shown.replaceChildren(f.icon("device-mobile-message", "is-sm"), f.el("span", "meter", bar), f.el("span", isCut || parts > 1 ? "num warn" : "num", words[0]), ...words.slice(1));
  };

  /* ---- @ names a colleague ---- */
  let chosen = 0;
  const asked = () => {
    const found = box().value.slice(0, box().selectionEnd).match(/(?:^|\s)@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u);
    return kind === "note" && found ? found[1] : null;
  };
  const matches = () => {
    const text = asked()?.toLowerCase();
    if (text === undefined) return [];
    return c.colleagues().filter((one) => one.name.toLowerCase().startsWith(text) || one.name.toLowerCase().includes(` ${text}`)).slice(0, 6);
  };
  const hideNames = () => byId("composer-names") && (byId("composer-names").hidden = true);
  const names = () => {
    const menu = byId("composer-names");
    const found = document.activeElement === box() ? matches() : [];
    if (found.length === 1 && found[0].name === asked()) found.length = 0;
    menu.hidden = !found.length;
    chosen = Math.min(chosen, Math.max(0, found.length - 1));
    menu.replaceChildren(...found.map((one, index) => {
      const choice = f.el("div", `opt${index === chosen ? " on" : ""}`, f.avatar(one.name), f.el("span", "grow", one.name));
      choice.setAttribute("role", "option");
      choice.setAttribute("aria-selected", index === chosen);
      choice.onmousedown = (event) => {
        event.preventDefault();
        mention(one);
      };
      return choice;
    }));
  };
  const mention = (person) => {
    const area = box();
    const end = area.selectionEnd;
    const start = end - asked().length;
    area.setRangeText(`${person.name} `, start, end, "end");
    hideNames();
    keep();
    fit();
  };
  f.verbs.mention = () => {
    c.mode("note");
    const area = box();
    if (!area) return;
    area.setRangeText(!area.value || /\s$/.test(area.value.slice(0, area.selectionEnd)) ? "@" : " @", area.selectionEnd, area.selectionEnd, "end");
    keep();
    chosen = 0;
    names();
  };

  /* ---- what becomes of the ticket afterwards ---- */
  const verb = () => {
    const set = kind === "reply" ? draft()?.macro?.effects?.find((one) => one.kind === "status")?.value : null;
    const after = set || then;
    const text = kind === "note" ? f.say("composer.note") : AFTER.includes(after) ? f.say(`send.${after}`) : f.say("composer.send");
    byId("composer-verb").textContent = text;
    byId("composer-then").querySelectorAll("[data-then]").forEach((one) => one.setAttribute("aria-checked", one.dataset.then === then));
  };
  const menu = (open) => {
    byId("composer-then").hidden = !open;
    byId("composer-more").setAttribute("aria-expanded", open);
    if (open) byId("composer-then").querySelector('[aria-checked="true"]').focus();
  };

  /* ---- sending ---- */
  const busy = (is) => {
    underWay = is;
    if (byId("composer-send")) byId("composer-send").disabled = is;
  };
  c.send = (after = null) => {
    if (!at || !box()) return;
    const text = box().value;
    if (!text.trim() || byId("composer-send").disabled) return;
    if (f.isLost) return f.toast(f.say("connection.not_sent"), "bad");
    if (kind === "reply" && warn()) return select();
    stopTyping();
    keep();
    clearTimeout(timer);
    busy(true);
    const { seq, macro } = draft();
    const given = kind === "reply" && macro ? { id: macro.id, effects: Object.fromEntries(macro.effects.map((one) => [one.kind, one.value])) } : null;
    if (after && given) delete given.effects.status;
    f.act("send", { ticket: at.id, kind, text, seq, then: after || then, macro: given });
  };
  c.done = (ticket) => {
    if (ticket !== at?.id) return;
    busy(false);
    save();
  };
  c.sent = (ticket, which, text, undo) => {
    const was = ticket === at?.id ? drafts[which] : stored(ticket, which);
    if (was?.text === text) {
      store(ticket, which, null);
      if (ticket === at?.id) {
        drafts[which] = null;
        then = AFTER[0];
        if (box()) draw();
      }
    }
    byId("stopped").hidden = true;
    byId("take-offer").hidden = true;
    f.ticket.toEnd();
    if (undo) offerUndo({ ...undo, ticket, text, macro: was?.macro || null });
  };

  /* ---- stopped once, because the thread moved on ---- */
  c.stopped = (ticket, markup, seq) => {
    if (ticket !== at?.id) return;
    const value = draft();
    if (value) {
      value.seq = seq;
      keep();
    }
    const notice = byId("stopped");
    notice.innerHTML = markup; // Made and escaped by the server.
    notice.hidden = false;
    notice.querySelector('[data-stopped="review"]').focus();
    f.ticket.toEnd();
  };

  /* ---- ten seconds to take it back ---- */
  let undoing = null;
  const offerUndo = (told) => {
    const bar = byId("undo");
    clearInterval(undoing?.timer);
    const tick = () => {
      const seconds = Math.ceil((told.until - f.now()) / 1000);
      if (seconds <= 0) return endUndo();
      bar.querySelector("span").textContent = f.say("undo.text", { ticket: `#${told.ticket}`, seconds });
    };
    undoing = { ...told, timer: setInterval(tick, 250) };
    bar.hidden = false;
    tick();
  };
  const endUndo = () => {
    clearInterval(undoing?.timer);
    undoing = null;
    byId("undo").hidden = true;
  };
  f.verbs.undo_send = () => {
    if (!undoing) return;
    const { ticket, message, text, macro } = undoing;
    taken = { ticket, text, macro };
    endUndo();
    f.act("undo", { ticket, message });
  };
  let taken = null;
  c.takenBack = (ticket, isBack) => {
    const was = taken;
    taken = null;
    if (!isBack || was?.ticket !== ticket) return;
    const value = { text: was.text, macro: was.macro, seq: at?.seq || 0, at: Math.round(f.now()), saved: false };
    if (ticket !== at?.id) return void (stored(ticket, "reply") || store(ticket, "reply", value));
    if (drafts.reply?.text) return;
    drafts.reply = value;
    store(ticket, "reply", value);
    save();
    kind = "reply";
    if (box()) draw();
    box()?.focus();
  };

  /* ---- clicks and keys ---- */
  f.verbs.reply = () => c.mode("reply");
  f.verbs.note = () => c.mode("note");
  f.verbs.send = () => c.send();
  addEventListener("click", (event) => {
    if (!at) return;
    const target = event.target.closest("[data-mode-button], [data-then], [data-article], [data-stopped], #composer-send, #composer-more");
    if (!target || target.id !== "composer-more") box() && menu(false);
    if (!target) return;
    const { modeButton, then: after, article, stopped } = target.dataset;
    if (modeButton) c.mode(modeButton);
    else if (after) {
      then = after;
      verb();
      box().focus();
    } else if (article) {
      sendsNext = false;
      f.act("insert", { article: Number(article), send: "send" in target.dataset });
    } else if (stopped) {
      byId("stopped").hidden = true;
      box()?.focus();
      if (stopped === "send") c.send();
    } else if (target.id === "composer-send") c.send();
    else menu(byId("composer-then").hidden);
  });
  addEventListener("keydown", (event) => {
    if (!at || !box()) return;
    const isMod = event.ctrlKey || event.metaKey;
    const inMenu = event.target.closest?.("#composer-then");
    const inNames = event.target === box() && !byId("composer-names").hidden;
    let does = null;
    if (event.target === box() && event.key === "Enter" && isMod) does = () => c.send(event.shiftKey && kind === "reply" ? "resolved" : null);
    else if (inNames && (event.key === "Enter" || event.key === "Tab")) does = () => mention(matches()[chosen]);
    else if (inNames && event.key.startsWith("Arrow") && /Up|Down/.test(event.key)) {
      const found = matches().length;
      does = () => {
        chosen = (chosen + (event.key === "ArrowDown" ? 1 : found - 1)) % found;
        names();
      };
    } else if (inNames && event.key === "Escape") does = hideNames;
    else if (inMenu && /^Arrow(Up|Down)$/.test(event.key)) {
      const all = [...byId("composer-then").children];
      does = () => all[(all.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length].focus();
    } else if (inMenu && event.key === "Escape") {
      does = () => {
        menu(false);
        byId("composer-more").focus();
      };
    } else if (event.target === box() && event.key === "Escape") does = () => box().blur();
    if (!does) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    does();
  }, true);

  /* The server speaks to the ticket; the composer is the part of it that answers. */
  Object.assign(f.ticket, {
    opened: c.opened, insert: c.insert, macro: c.macro, sent: c.sent, stopped: c.stopped, done: c.done, drafted: c.saved, takenBack: c.takenBack,
  });
})();
