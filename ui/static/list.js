/* The list of tickets: patches from the server, the order that holds while somebody reads, selection, keys. */
(() => {
  const f = window.frontline;
  const q = (f.list = { api: null, at: 0, current: null, viewers: {}, sort: "due", view: "open", path: "/queue" });
  const phone = matchMedia("(max-width: 640px)");
  const narrow = matchMedia("(max-width: 1359px)");
  const READING_SECONDS = 4;
  const reads = {};
  const waiting = [];
  const gone = new Set();
  let held = 0;
  let wasAt = 0;
  let isLoading = false;
  let touched = 0;
  let hasMore = false;

  /* ---- what differs from viewer to viewer ---- */
  q.unread = (data) => Math.max(0, data.written - Math.max(data.answered, reads[data.id] || 0));
  q.reads = (news) => touch(Object.keys(Object.assign(reads, news)));
  q.people = (news) => touch(Object.keys(Object.assign(q.viewers, news)));
  const touch = (ids) => whenReady(() => {
    const rowNodes = ids.map((id) => q.api.getRowNode(String(id))).filter(Boolean);
    if (rowNodes.length) q.api.refreshCells({ rowNodes });
  });

  /* ---- order: a row keeps its place while somebody reads the list ---- */
  const PRIORITIES = ["critical", "high", "medium", "low"];
  const FAR = 8.64e15;
  const KEYS = {
    due: (data) => [data.order, data.id],
    newest: (data) => [0, -data.id],
    oldest: (data) => [0, data.id],
    priority: (data) => [PRIORITIES.indexOf(data.priority), data.id],
    waiting: (data) => [data.waiting ?? FAR, data.id],
    updated: (data) => [-data.updated, -data.id],
    found: (data) => [data.found, 0],
  };
  const placeOf = (data) => KEYS[q.sort](data);
  const before = (one, other) => one[0] - other[0] || one[1] - other[1];
  const order = (a, b, one, other) => before(one.data.place, other.data.place);
  const cardsNow = () => phone.matches || document.body.dataset.layout === "ticket";

  q.columns = () => f.cells.columns(cardsNow(), narrow.matches, order);
  q.checkboxes = () => ({ width: 40, hide: cardsNow(), resizable: false, suppressMovable: true, headerClass: "is-check", cellClass: "is-check" });
  q.rowClasses = () => ({
    late: (p) => f.clockState(p.data.due, p.data.sla) === "late",
    risk: (p) => f.clockState(p.data.due, p.data.sla) === "risk",
    unread: (p) => q.unread(p.data) > 0,
    gone: (p) => gone.has(p.data.id),
    "is-current": (p) => p.data.id === q.current,
  });
  const css = (name) => parseInt(getComputedStyle(document.documentElement).getPropertyValue(name));
  q.rowHeight = () => css(cardsNow() ? "--list-row-h" : "--row-h");
  q.headerHeight = () => (cardsNow() ? 0 : 32);
  let shape = "";
  const reshape = () => {
    const wanted = `${cardsNow()} ${narrow.matches} ${document.documentElement.dataset.density}`;
    if (!q.api || wanted === shape) return;
    shape = wanted;
    q.api.updateGridOptions({ columnDefs: q.columns(), selectionColumnDef: q.checkboxes(), headerHeight: q.headerHeight(), rowHeight: q.rowHeight() });
    q.api.resetRowHeights();
    showCurrent(true);
  };
  for (const media of [phone, narrow]) media.addEventListener("change", reshape);
  addEventListener("frontline:look", () => requestAnimationFrame(reshape));
  addEventListener("frontline:layout", (event) => {
    const opened = event.detail.ticket;
    reshape();
    if (opened) {
      const was = q.current;
      q.current = opened;
      showCurrent(false, was);
      const data = row(opened);
      if (data) reads[opened] = data.written;
      touch([opened, was].filter(Boolean));
    } else if (q.current) touch([q.current]);
    showBulk();
  });

  /* ---- what the server sends; `at` counts without gaps, so that a lost patch is noticed ---- */
  q.ready = (api) => {
    q.api = api;
    shape = "";
    waiting.splice(0).forEach((step) => step());
    reshape();
  };
  const whenReady = (step) => (q.api && !q.api.isDestroyed() ? step() : waiting.push(step));
  const row = (id) => q.api?.getRowNode(String(id))?.data;
  const placed = (data, at) => Object.assign(data, { place: q.sort === "found" ? [at, 0] : placeOf(data) });
  q.reset = (news) => whenReady(() => {
    q.sort = news.search ? "found" : news.sort;
    q.at = news.at;
    arrivals.clear();
    gone.clear();
    held = 0;
    wasAt = 0;
    q.api.deselectAll();
    q.api.setGridOption("rowData", news.rows.map(placed));
    q.api.ensureIndexVisible(0, "top");
    settle(news);
    showCurrent(false);
    document.getElementById("queue-failed").hidden = true;
    f.caughtUp();
  });
  q.patch = (news) => whenReady(() => {
    if (news.at <= q.at) return;
    if (news.at !== q.at + 1) return f.act("resync");
    q.at = news.at;
    isLoading = false;
    const count = q.api.getDisplayedRowCount();
    const add = news.add.filter((data) => !row(data.id)).map((data, at) => placed(data, count + at));
    const changed = [...news.update, ...news.add.filter((data) => row(data.id))];
    const keeps = !news.own && isReading();
    const update = changed.map((data) => {
      const was = row(data.id);
      if (!was) {
        if (arrivals.has(data.id)) arrivals.set(data.id, placed(data));
        return null;
      }
      gone.delete(data.id);
      const now = q.sort === "found" ? was.place : placeOf(data);
      data.place = keeps || q.sort === "found" ? was.place : now;
      if (keeps && before(now, was.place)) held += isAbove(now) ? 1 : 0;
      if (data.id === f.openTicket) reads[data.id] = data.written;
      return data;
    }).filter(Boolean);
    const leaving = news.remove.filter(row);
    news.remove.forEach((id) => arrivals.delete(id));
    leaving.forEach((id) => (keeps ? gone.add(id) : gone.delete(id)));
    const later = keeps && news.hasMore === undefined ? add.filter((data) => isAbove(data.place)) : [];
    later.forEach((data) => arrivals.set(data.id, data));
    const now = add.filter((data) => !later.includes(data));
    keepPlace();
    q.api.applyTransaction({ add: now, update, remove: keeps ? [] : leaving.map(row) });
    if (keeps && leaving.length) redraw(leaving);
    if (news.own && held + arrivals.size && !isReading()) release();
    settle(news);
  });
  const arrivals = new Map();

  /* ---- nothing moves under the reader ---- */
  const viewport = () => document.querySelector(".listpane .ag-body-viewport");
  const isReading = () => {
    const box = viewport();
    if (!box) return false;
    if (box.scrollTop > 4 || q.selected().length) return true;
    if (document.body.dataset.layout === "queue" && q.current && document.activeElement?.closest(".gridbox")) return true;
    return Date.now() - touched < READING_SECONDS * 1000;
  };
  const isAbove = (place) => {
    const last = q.api.getDisplayedRowAtIndex(q.api.getLastDisplayedRowIndex());
    return !last || before(place, last.data.place) <= 0;
  };
  for (const name of ["pointermove", "wheel", "keydown"]) addEventListener(name, (event) => {
    if (event.target.closest?.(".gridbox")) touched = Date.now();
  }, { passive: true });
  const release = () => {
    const all = [];
    keepPlace();
    q.api.forEachNode((node) => !gone.has(node.data.id) && q.sort !== "found" && all.push(placed(node.data)));
    q.api.applyTransaction({ add: [...arrivals.values()].filter((data) => !row(data.id)), update: all, remove: [...gone].map(row).filter(Boolean) });
    arrivals.clear();
    gone.clear();
    held = 0;
    settle({});
  };
  f.verbs.show_new = () => {
    release();
    q.api.ensureIndexVisible(0, "top");
  };
  setInterval(() => {
    if (q.api && !q.api.isDestroyed() && (arrivals.size || gone.size || held) && !isReading()) release();
  }, 1000);
  const showPill = () => {
    const pill = document.getElementById("list-pill");
    if (!pill) return;
    pill.hidden = !(arrivals.size || held);
    pill.querySelector("span").textContent = arrivals.size ? f.say("queue.new_above", { count: arrivals.size }) : f.say("queue.changed_above");
  };

  /* ---- around the rows ---- */
  const counts = {};
  q.counts = (news) => {
    Object.assign(counts, news);
    showCounts();
  };
  const showCounts = () => {
    document.querySelectorAll("[data-count]").forEach((shown) => {
      const [count, tone] = counts[shown.dataset.count] || ["", ""];
      shown.textContent = count;
      shown.classList.toggle("muted", !tone || count === "0");
      for (const name of ["warn", "bad"]) shown.classList.toggle(name, tone === name && count !== "0");
    });
    const here = counts[viewKey()];
    const label = document.getElementById("list-count");
    if (label) label.textContent = here ? here[0] : "";
  };
  const viewKey = () => document.querySelector(".views .view.on .n")?.dataset.count || (new URL(q.path, location.href).search ? "" : q.view);
  q.state = (view, path, sort, text) => {
    Object.assign(q, { view, path });
    document.querySelectorAll("[data-view]").forEach((tab) => {
      const isOn = tab.dataset.view === view && !text;
      tab.classList.toggle("on", isOn);
      if (isOn) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
    const name = document.getElementById("list-name");
    if (name) name.textContent = text || document.querySelector(".views .view.on .clip")?.textContent || f.say(`view.${view}`);
    const box = document.getElementById("queue-search");
    if (box && document.activeElement !== box) box.value = text;
    if (document.body.dataset.layout === "queue") document.title = `${f.say(`view.${view}`)} · ${f.say("product")}`;
    showCounts();
    showPill();
  };
  f.lastList = () => q.path;
  q.failed = (text) => {
    const failed = document.getElementById("queue-failed");
    failed.querySelector("[data-problem]").textContent = text;
    failed.hidden = false;
  };
  const settle = (news) => {
    if (news.hasMore !== undefined) hasMore = news.hasMore;
    const count = q.api.getDisplayedRowCount();
    document.getElementById("queue-loading").hidden = true;
    document.getElementById("queue-more").hidden = !hasMore;
    document.getElementById("queue-shown").textContent = f.say(hasMore ? "queue.loaded" : "queue.all_shown", { count: f.number(count) });
    document.getElementById("queue-empty").hidden = count > 0 || q.sort === "found";
    document.getElementById("queue-no-match").hidden = count > 0 || q.sort !== "found";
    showPill();
    showBulk();
  };
  const more = () => {
    if (!hasMore || isLoading) return;
    isLoading = true;
    f.act("more");
  };
  q.scrolled = () => {
    if (q.api.getLastDisplayedRowIndex() > q.api.getDisplayedRowCount() - 30) more();
  };

  /* ---- search ---- */
  let typing;
  const search = (text) => {
    clearTimeout(typing);
    const url = new URL(q.path, location.href);
    if (text.trim()) url.searchParams.set("q", text.trim());
    else url.searchParams.delete("q");
    f.go(url.pathname + url.search);
  };
  addEventListener("input", (event) => {
    if (event.target.id !== "queue-search") return;
    clearTimeout(typing);
    typing = setTimeout(search, 300, event.target.value);
  });
  addEventListener("keydown", (event) => {
    if (event.target.id !== "queue-search") return;
    if (event.key === "Enter") {
      search(event.target.value);
      event.target.blur();
    }
    if (event.key === "Escape") {
      if (event.target.value) search((event.target.value = ""));
      event.target.blur();
    }
  });
  addEventListener("click", (event) => {
    if (event.target.closest("#queue-more")) more();
    if (event.target.closest("[data-retry]")) f.act("resync");
  });

  /* ---- the current row, and what is selected ---- */
  const redraw = (ids) => q.api.redrawRows({ rowNodes: ids.map((id) => q.api.getRowNode(String(id))).filter(Boolean) });
  const currentNode = () => (q.current && q.api ? q.api.getRowNode(String(q.current)) : null) || null;
  /* The current row, while the list shows it: what is out of sight is nothing to act on. */
  q.target = () => (currentNode() ? q.current : null);
  /* Where the current row stood, so that the keys go on from there once it has left. */
  const keepPlace = () => (wasAt = currentNode()?.rowIndex ?? wasAt);
  const showCurrent = (isScrolled, was = null) => {
    if (!q.api) return;
    redraw([was, q.current].filter(Boolean));
    const node = currentNode();
    if (node && isScrolled) q.api.ensureNodeVisible(node);
  };
  const go = (id) => {
    const was = q.current;
    q.current = id;
    touched = Date.now();
    showCurrent(true, was);
    if (f.openTicket && id && id !== f.openTicket) open(id);
  };
  const neighbour = (step) => {
    const node = currentNode();
    const at = node ? node.rowIndex + step : step > 0 ? wasAt : wasAt + step;
    return q.api.getDisplayedRowAtIndex(Math.max(0, Math.min(at, q.api.getDisplayedRowCount() - 1)))?.data.id || null;
  };
  const open = (id) => id && f.go(`/tickets/${id}`);
  q.clicked = (p) => {
    if (p.event?.target.closest("a, button, input, .ag-selection-checkbox")) return;
    if (p.event?.shiftKey && q.current) return selectTo(p.node.rowIndex);
    open(p.data.id);
  };
  const selectTo = (end) => {
    const start = q.api.getRowNode(String(q.current))?.rowIndex ?? end;
    for (let at = Math.min(start, end); at <= Math.max(start, end); at += 1) q.api.getDisplayedRowAtIndex(at)?.setSelected(true);
  };
  q.selected = () => (q.api && !q.api.isDestroyed() && document.body.dataset.layout === "queue" ? q.api.getSelectedRows().map((data) => data.id) : []);
  q.selectionChanged = () => showBulk();
  const ACTS = ["assign", "status", "priority", "queue", "resolve"];
  const showBulk = () => {
    const bar = document.getElementById("bulk");
    if (!bar) return;
    const ids = q.selected();
    bar.hidden = !ids.length;
    if (!ids.length) return;
    const label = f.el("span", "num", f.say("bulk.selected", { count: ids.length }));
    label.setAttribute("role", "status");
    const buttons = ACTS.map((id) => f.command(id)).filter(Boolean).map((command) => {
      const button = f.el("button", "btn", f.icon(command.icon), command.title, ...f.keys.caps(command.keys));
      button.dataset.run = command.id;
      button.dataset.tip = "";
      return button;
    });
    const clear = f.el("button", "btn icon", f.icon("x"));
    clear.setAttribute("aria-label", f.say("bulk.clear"));
    clear.onclick = () => q.api.deselectAll();
    bar.replaceChildren(label, f.el("span", "vr"), ...buttons, f.el("span", "vr"), clear);
  };

  /* ---- ahead of the server: the row changes at once, and as it really is when the answer comes ---- */
  const AHEAD = {
    status: (value) => ({ status: value }),
    priority: (value) => ({ priority: value }),
  };
  addEventListener("frontline:run", (event) => {
    const { command, value, targets } = event.detail;
    const change = value !== null && AHEAD[command]?.(value);
    if (!change || !q.api) return;
    const rows = targets.map(row).filter(Boolean).map((data) => ({ ...data, ...change }));
    if (rows.length) q.api.applyTransaction({ update: rows });
  });
  addEventListener("frontline:refused", (event) => event.detail.targets.length && f.act("reread", { targets: event.detail.targets }));

  /* ---- verbs ---- */
  const verbs = {
    next: () => go(neighbour(1)),
    previous: () => go(neighbour(-1)),
    open: () => (f.openTicket ? document.querySelector(".thread")?.focus() : open(q.target())),
    select: () => {
      const node = currentNode();
      node?.setSelected(!node.isSelected());
    },
    select_more: () => {
      currentNode()?.setSelected(true);
      go(neighbour(1));
      currentNode()?.setSelected(true);
    },
    select_all: () => q.api.selectAll(),
    search: () => {
      if (document.body.dataset.layout !== "queue") f.go(q.path);
      document.getElementById("queue-search")?.focus();
    },
    resolve_next: (_, targets) => {
      const next = neighbour(1);
      f.act("run", { command: "resolve", value: null, targets });
      if (next && !targets.includes(next)) f.openTicket ? open(next) : go(next);
    },
  };
  Object.assign(f.verbs, verbs);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !q.api || !q.selected().length) return;
    if (document.querySelector("[role=dialog]")) return;
    event.preventDefault();
    q.api.deselectAll();
  }, true);

  /* ---- the table for screen readers ---- */
  const name = () => document.querySelector(".listpane [role=grid], .listpane [role=treegrid]")?.setAttribute("aria-label", f.say("queue.title"));
  addEventListener("frontline:layout", () => setTimeout(name, 0));
})();
