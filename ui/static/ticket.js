/* One ticket: the composer, whose text belongs to this browser until it is sent; selects, keys, the sandboxed original. */
(() => {
  const f = window.frontline;
  const t = (f.ticket = {});
  const ticketId = () => f.openTicket;
  const composer = () => document.querySelector(".composer");
  const box = () => document.getElementById("composer-text");
  let kind_ = "reply";
  const mode = () => kind_;

  /* ---- the thread ---- */
  const thread = () => document.querySelector(".thread");
  const isAtEnd = () => thread().scrollHeight - thread().scrollTop - thread().clientHeight < 80;
  const newest = () => Math.max(0, ...[...document.querySelectorAll("[data-customer-message]")].map((m) => Number(m.dataset.customerMessage)));
  t.toEnd = () => requestAnimationFrame(() => (thread().scrollTop = thread().scrollHeight));
  let follows = true;
  /* Growing does not scroll, so this tells whether the reader was at the end before something came. */
  addEventListener("scroll", (event) => event.target === thread() && (follows = isAtEnd()), true);
  /* A head that is drawn anew must not take the focus from who is choosing there. */
  let held = null;
  addEventListener("focusin", (event) => (held = event.target.dataset?.act || null));
  addEventListener("focusout", (event) => event.target.isConnected && (held = null));
  const holdOn = () => {
    if (held && document.activeElement === document.body) document.querySelector(`[data-act="${held}"]`)?.focus();
  };
  t.after = () => {
    holdOn();
    if (follows) t.toEnd();
    f.caughtUp();
  };

  /* ---- drafts: kept in this browser with what its writer had seen ---- */
  const key = (kind) => `frontline:draft:${f.page().user}:${ticketId()}:${kind}`;
  const drafts = {};
  const stored = (kind) => (drafts[kind] ??= read(kind));
  const read = (kind) => {
    try {
      return JSON.parse(localStorage.getItem(key(kind)) || "null");
    } catch {
      return null; // Storage is switched off; the text then lives as long as the page.
    }
  };
  const keep = () => {
    const text = box().value;
    const seen = stored(mode())?.seen ?? newest();
    write(mode(), text ? { text, seen } : null);
  };
  const write = (kind, draft) => {
    drafts[kind] = draft;
    const state = document.getElementById("draft-state");
    try {
      if (draft) localStorage.setItem(key(kind), JSON.stringify(draft));
      else localStorage.removeItem(key(kind));
      state.textContent = draft ? f.say("draft.kept") : "";
    } catch {
      state.textContent = f.say("draft.not_kept");
    }
  };
  t.mode = (kind) => {
    kind_ = kind;
    composer().classList.toggle("note", kind === "note");
    document.querySelectorAll("[data-mode-button]").forEach((button) => {
      button.classList.toggle("on", button.dataset.modeButton === kind);
      button.setAttribute("aria-pressed", button.dataset.modeButton === kind);
    });
    document.getElementById("composer-then").closest("label").hidden = kind === "note";
    composer().querySelector(".to").hidden = kind === "note";
    document.getElementById("composer-send").firstChild.data = f.say(kind === "note" ? "composer.note" : "composer.send");
    const text = stored(kind)?.text || "";
    if (box().value !== text) box().value = text;
    document.getElementById("draft-state").textContent = text ? f.say("draft.kept") : "";
    box().placeholder = f.say(kind === "note" ? "composer.note.hint" : "composer.reply.hint");
    fit();
  };
  const fit = () => {
    box().style.height = "auto";
    box().style.height = `${Math.min(box().scrollHeight, innerHeight * 0.4)}px`;
  };
  t.insert = (text) => {
    if (mode() === "note") t.mode("reply");
    const area = box();
    const gap = area.value && !area.value.endsWith("\n") ? "\n\n" : "";
    area.setRangeText(gap + text, area.selectionEnd, area.selectionEnd, "end");
    keep();
    fit();
    area.focus();
  };

  /* ---- sending ---- */
  const busy = (is) => (document.getElementById("composer-send").disabled = is);
  t.send = () => {
    const text = box().value;
    if (!text.trim() || document.getElementById("composer-send").disabled) return;
    if (f.isLost) return f.toast(f.say("connection.not_sent"), "bad");
    keep();
    busy(true);
    f.act("send", { mode: mode(), text, seen: stored(mode())?.seen ?? newest(), then: document.getElementById("composer-then").value });
  };
  t.done = () => busy(false);
  t.sent = (kind, text, undo) => {
    if (stored(kind)?.text === text) write(kind, null);
    if (mode() === kind && box().value === text) box().value = "";
    document.getElementById("draft-state").textContent = "";
    document.getElementById("stopped").hidden = true;
    fit();
    t.toEnd();
    if (undo) offerUndo(undo.message, undo.until, text);
  };
  t.stopped = (text, seen) => {
    const draft = stored("reply");
    if (draft) write("reply", { ...draft, seen });
    const banner = document.getElementById("stopped");
    banner.querySelector("span").textContent = text;
    banner.hidden = false;
    document.querySelector(`[data-customer-message="${seen}"]`)?.closest("article").classList.add("is-new");
    t.toEnd();
  };
  let undoing;
  const offerUndo = (message, until, text) => {
    const bar = document.getElementById("undo");
    clearInterval(undoing);
    const tick = () => {
      const seconds = Math.ceil((until - f.now()) / 1000);
      if (seconds <= 0) {
        bar.hidden = true;
        return clearInterval(undoing);
      }
      bar.querySelector("span").textContent = f.say("undo.text").replace("{seconds}", seconds);
    };
    bar.hidden = false;
    tick();
    undoing = setInterval(tick, 250);
    bar.querySelector("button").onclick = () => {
      clearInterval(undoing);
      bar.hidden = true;
      f.act("undo", { message });
      t.takenBack = () => box().value || t.insert(text);
    };
  };

  /* ---- the customer's HTML, without any right ---- */
  const showHtml = async (button) => {
    const message = button.closest("article");
    const open = message.querySelector("iframe");
    if (open) return open.remove();
    const answer = await fetch(`/messages/${ticketId()}/${button.dataset.html}/html`);
    if (!answer.ok) return f.toast(f.say("html.failed"), "bad");
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "");
    frame.title = f.say("html.title");
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">${await answer.text()}`;
    button.after(frame);
  };

  /* ---- clicks, selects, keys ---- */
  addEventListener("click", (event) => {
    const target = event.target.closest("[data-act], [data-mode-button], [data-html], [data-side], #composer-send");
    if (!target || !f.openTicket) return;
    if (target.id === "composer-send") t.send();
    else if (target.dataset.modeButton) t.mode(target.dataset.modeButton) || box().focus();
    else if (target.dataset.html) showHtml(target);
    else if ("side" in target.dataset) document.querySelector(".panel").classList.toggle("show-side");
    else if (target.tagName === "BUTTON") f.act(target.dataset.act, { value: target.dataset.value || null });
  });
  addEventListener("change", (event) => {
    if (event.target.matches("select[data-act]")) f.act(event.target.dataset.act, { value: event.target.value });
  });
  addEventListener("input", (event) => {
    if (event.target.id !== "composer-text") return;
    keep();
    fit();
  });
  t.back = () => f.go(sessionStorage.frontlineQueue || "/queue");
  addEventListener("keydown", (event) => {
    if (!f.openTicket || !composer()) return;
    if (event.target === box() && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return t.send();
    }
    if (event.key === "Escape") {
      if (document.querySelector(".panel.show-side")) return document.querySelector(".panel").classList.remove("show-side");
      return f.isTyping(event) ? event.target.blur() : t.back();
    }
    if (f.isTyping(event)) return;
    const keys = { r: () => t.mode("reply") || box().focus(), n: () => t.mode("note") || box().focus() };
    const does = keys[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    does();
  });
  t.shown = (id, title) => {
    if (id !== f.openTicket) return;
    document.title = title;
    if (composer()) t.mode(kind_);
    t.after();
  };
})();
