/* The open ticket: its thread, patched entry by entry so that nothing moves under the reader; chips that change at once;
   the panel beside it; presence. What is written is in composer.js. */
(() => {
  const f = window.frontline;
  const t = (f.ticket = {});
  const byId = (id) => document.getElementById(id);
  const thread = () => byId("thread");
  const entryOf = (key) => thread().querySelector(`[data-entry="${CSS.escape(key)}"]`);

  /* ---- the thread ---- */
  const isAtEnd = () => thread().scrollHeight - thread().scrollTop - thread().clientHeight < 80;
  let follows = true;
  let unseen = null;
  const drawn = (markup) => {
    const made = document.createElement("template");
    made.innerHTML = markup; // Made and escaped by the server.
    return made.content;
  };
  const build = (one) => {
    const made = f.el(one.name, one.style, drawn(one.html));
    made.dataset.entry = one.key;
    return made;
  };
  /* What is at the top of the view stays there, whatever comes or goes above it. */
  const holding = (change) => {
    const view = thread();
    const held = [...view.children].find((child) => child.offsetTop + child.offsetHeight > view.scrollTop);
    const before = held ? held.offsetTop - view.scrollTop : 0;
    change();
    if (held?.isConnected) view.scrollTop = held.offsetTop - before;
  };
  const toEnd = () => (thread().scrollTop = thread().scrollHeight);
  /* The thread gets lower while a reply grows: who reads at its end stays there. */
  const grown = new ResizeObserver(() => follows && thread() && toEnd());
  t.toEnd = () => requestAnimationFrame(toEnd);
  t.thread = (news) => {
    if (news.ticket !== f.openTicket || !thread()) return;
    grown.observe(thread());
    const change = () => {
      if (news.reset) thread().replaceChildren();
      news.remove.forEach((key) => entryOf(key)?.remove());
      news.change.forEach((one) => entryOf(one.key)?.replaceChildren(drawn(one.html)));
      news.add.forEach((one) => {
        const made = build(one);
        const before = one.after && entryOf(one.after);
        if (!news.reset && before) made.classList.add("is-new");
        if (before) before.after(made);
        else thread().prepend(made);
      });
      older(news.older);
      if (news.mark !== undefined) mark(news.mark);
    };
    if (news.reset) {
      change();
      open(news.mark);
    } else if (follows) {
      change();
      toEnd();
    } else holding(change);
    pill();
    dispatchEvent(new Event("frontline:thread"));
  };
  const open = (first) => {
    unseen = first;
    const line = thread().querySelector(".day.new");
    if (line) thread().scrollTop = Math.max(0, line.offsetTop - 48);
    else toEnd();
    follows = isAtEnd();
  };
  const older = (count) => {
    thread().querySelector(".older")?.remove();
    if (!count) return;
    const more = f.el("button", "btn is-sm older", f.icon("history"), f.say("thread.older", { count }));
    more.type = "button";
    more.dataset.run = "older";
    thread().prepend(more);
  };
  /* The line above the first entry that is new. */
  const mark = (told) => {
    thread().querySelector(".day.new")?.remove();
    unseen = told;
    const first = told && entryOf(told.key);
    if (!first) return;
    const line = f.el("div", "day new", f.el("span", "", told.text));
    line.setAttribute("role", "separator");
    first.before(line);
  };
  const pill = () => {
    const line = thread()?.querySelector(".day.new");
    const button = byId("thread-pill");
    if (!line || !button) return button && (button.hidden = true);
    const view = thread();
    const isAbove = line.offsetTop + line.offsetHeight < view.scrollTop;
    const isBelow = line.offsetTop > view.scrollTop + view.clientHeight - 24;
    if (!isAbove && !isBelow && isAtEnd()) read();
    button.hidden = !unseen || (!isAbove && !isBelow);
    if (!button.hidden) button.replaceChildren(f.icon(isAbove ? "arrow-up" : "arrow-down", "is-sm"), unseen.pill);
  };
  const read = () => {
    if (!unseen || unseen.told) return;
    unseen.told = true;
    f.act("read");
  };
  addEventListener("scroll", (event) => {
    if (event.target !== thread()) return;
    follows = isAtEnd();
    if (follows) read();
    pill();
  }, true);
  t.told = (id, markup, count) => {
    if (id !== f.openTicket || !byId("told")) return;
    byId("told").prepend(drawn(markup));
    byId("told-count").textContent = count;
  };
  t.missing = (markup) => f.openTicket && thread().replaceChildren(drawn(markup));
  t.shown = (id, title, seq, offer) => {
    if (id !== f.openTicket) return;
    document.title = title;
    f.composer.shown(seq, offer);
  };

  /* ---- the customer's HTML, without any right ---- */
  const showHtml = async (button) => {
    const open = button.closest("article").querySelector("iframe");
    if (open) return open.remove();
    const answer = await fetch(`/messages/${f.openTicket}/${button.dataset.html}/html`);
    if (!answer.ok) return f.toast(f.say("html.failed"), "bad");
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "");
    frame.title = f.say("html.title");
    frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">${await answer.text()}`;
    button.after(frame);
  };

  /* ---- files: a picture large, the beginning of a text ---- */
  const preview = (title, content, href) => {
    const dialog = document.createElement("dialog");
    dialog.className = "preview";
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true"); // Keys of the desk rest while one is open.
    const save = f.el("a", "btn is-sm", f.icon("download"), f.say("file.download"));
    Object.assign(save, { href, download: "" });
    const close = f.el("button", "btn icon ghost is-sm", f.icon("x"));
    close.setAttribute("aria-label", f.say("file.close"));
    close.onclick = () => dialog.close();
    dialog.append(f.el("header", "", f.el("b", "clip grow", title), save, close), content);
    dialog.setAttribute("aria-label", title);
    dialog.onclick = (event) => event.target === dialog && dialog.close();
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
  };
  const showPicture = (link) => {
    const image = document.createElement("img");
    image.src = link.querySelector("img").src;
    image.alt = link.querySelector("img").alt;
    preview(image.alt, image, link.href);
  };
  const showText = async (button) => {
    const link = button.closest(".filed").querySelector("a");
    const answer = await fetch(`/files/${button.dataset.file}/preview`);
    if (!answer.ok) return f.toast(f.say("file.no_preview"), "bad");
    const text = f.el("pre", "mono", await answer.text());
    text.tabIndex = 0;
    text.dir = "auto";
    preview(link.querySelector(".name").textContent, text, link.href);
  };
  /* What calls itself a picture and is none stays a file to download. */
  addEventListener("error", (event) => {
    const link = event.target.closest?.(".thumb");
    if (!link) return;
    event.target.remove();
    link.className = "file";
    delete link.dataset.preview;
  }, true);

  /* ---- the panel beside it ---- */
  const work = () => document.querySelector(".work");
  const isNarrow = () => matchMedia("(max-width: 1099px)").matches;
  const closeSide = () => work()?.classList.remove("show-side");
  f.verbs.details = () => work()?.classList.toggle(isNarrow() ? "show-side" : "hide-side");
  const fold = (button) => {
    const section = button.closest(".sec");
    const shut = !section.classList.contains("shut");
    section.classList.toggle("shut", shut);
    section.querySelector(".in").hidden = shut;
    button.setAttribute("aria-expanded", !shut);
    button.querySelector(".i").className = `i i-chevron-${shut ? "right" : "down"} is-sm`;
    f.act("fold", { section: button.dataset.fold, shut });
  };
  /* Something of the panel was asked for by a key or the command bar: it is brought to light. */
  t.reveal = (id, key) => {
    const control = () => document.querySelector(`.side [data-key="${CSS.escape(key)}"]`);
    if (id !== f.openTicket || !control()) return;
    work().classList.remove("hide-side");
    if (isNarrow()) work().classList.add("show-side");
    const head = control().closest(".sec.shut")?.querySelector("[data-fold]");
    if (head) fold(head);
    if (!document.activeElement?.closest(".carried")) control().focus();
  };

  /* ---- chips change at once; the server's answer draws the head anew ---- */
  let before = null;
  const chip = (command) => document.querySelector(`.conv [data-key="chip-${command}"]`);
  const repaint = (command, sign, words) => {
    const found = chip(command);
    if (!found) return;
    before = { head: f.openTicket, command, nodes: [...found.childNodes].map((node) => node.cloneNode(true)) };
    found.replaceChildren(sign, f.el("span", "clip", words));
    found.classList.add("is-pending");
  };
  const PAINT = {
    status: (value) => repaint("status", f.icon(f.page().marks.statuses?.[value] || "circle-dashed", `on-${value}`), f.say(`status.${value}`)),
    priority: (value) => repaint("priority", f.icon(`p-${value}`, `p-${value}`), f.say(`priority.${value}`)),
    assign: (value) => {
      const person = f.composer.colleagues().find((one) => String(one.id) === String(value));
      if (person) repaint("assign", f.avatar(person.name), person.name);
    },
    take: () => PAINT.assign(f.page().user),
    resolve: () => PAINT.status("resolved"),
  };
  addEventListener("frontline:run", ({ detail }) => {
    if (detail.targets.length === 1 && detail.targets[0] === f.openTicket) PAINT[detail.command]?.(detail.value);
  });
  addEventListener("frontline:refused", () => {
    if (before && before.head === f.openTicket) chip(before.command)?.replaceChildren(...before.nodes);
    chip(before?.command)?.classList.remove("is-pending");
    before = null;
  });

  /* ---- presence ---- */
  const BEAT = 10000;
  setInterval(() => f.openTicket && !document.hidden && !f.isLost && f.act("beat"), BEAT);
  let shownTicket = null;
  addEventListener("frontline:layout", ({ detail }) => {
    if (shownTicket && !detail.ticket) f.act("away");
    if (shownTicket !== detail.ticket) {
      f.composer.leave();
      thread()?.replaceChildren();
      const button = byId("thread-pill");
      if (button) button.hidden = true;
      closeSide();
    }
    shownTicket = detail.ticket;
  });

  /* ---- clicks and keys ---- */
  f.verbs.older = () => f.act("older");
  f.verbs.copy_link = async () => {
    if (!f.openTicket) return;
    await navigator.clipboard.writeText(`${location.origin}/tickets/${f.openTicket}`);
    f.toast(f.say("ticket.link_copied"));
  };
  addEventListener("click", (event) => {
    if (!f.openTicket) return;
    const target = event.target.closest("[data-back], [data-html], [data-fold], [data-preview], #thread-pill");
    if (!target) return event.target === work() && closeSide();
    const link = target.dataset.preview === "picture";
    if (link && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event.preventDefault();
    if ("back" in target.dataset) f.run("back");
    else if (target.dataset.html) showHtml(target);
    else if (target.dataset.fold) fold(target);
    else if (link) showPicture(target);
    else if (target.dataset.preview) showText(target);
    else thread().querySelector(".day.new")?.scrollIntoView({ block: "start" });
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !work()?.classList.contains("show-side")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    closeSide();
  }, true);
})();
