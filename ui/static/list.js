/* The queue: columns, patches from the server, tabs, search, keys. */
(() => {
  const f = window.frontline;
  const q = (f.list = { api: null, at: 0, current: null });
  const phone = matchMedia("(max-width: 640px)");
  const narrow = matchMedia("(max-width: 1359px)");
  let waiting = [];

  /* ---- cells ---- */
  const mark = (table, value) => f.page().marks[table][value];
  const clock = (data) => f.clock(data.due, data.sla);
  const priority = (data) => f.icon(`p-${data.priority}`, `p-${data.priority}`, f.say("priority.title").replace("{name}", f.say("priority." + data.priority)));
  const channel = (data) => f.icon(mark("channels", data.channel), "muted", f.say("channel." + data.channel));
  const tier = (data) => {
    const style = mark("tiers", data.tier);
    return style ? f.el("span", `tier ${style}`, f.say("tier." + data.tier)) : null;
  };
  const mood = (data) => {
    if (!data.sentiment) return f.el("span", "muted", "–");
    const [style, face] = mark("sentiments", data.sentiment);
    return f.el("span", `sent ${style}`, f.icon(face, "", f.say("sentiment." + data.sentiment)));
  };
  const href = (data) => `/tickets/${data.id}`;
  const subject = (data) => {
    const link = f.el("a", "sub", f.el("span", "clip", data.subject || f.say("queue.no_subject")), f.el("span", "last clip", data.last));
    link.href = href(data);
    return link;
  };
  const person = (data) =>
    data.assignee
      ? f.el("span", "hs tight", f.avatar(data.assignee), f.el("span", "clip", data.assignee))
      : f.el("span", "hs tight muted", f.el("span", "av s none"), f.say("ticket.nobody"));
  const since = (data) => {
    const made = f.el("span", "num soft", data.waiting ? f.since(data.waiting) : "");
    if (data.waiting) made.dataset.since = data.waiting;
    return made;
  };
  const card = (data) => {
    const link = f.el(
      "a", "item", channel(data),
      f.el("div", "l1", f.el("span", "who clip", data.customer), tier(data), clock(data)),
      f.el("div", "l2", f.el("span", "sub clip grow", data.subject || f.say("queue.no_subject")), priority(data)),
      f.el("div", "l3", f.el("span", "last clip grow", data.last), mood(data)),
    );
    link.href = href(data);
    return link;
  };
  const nothing = (text) => f.el("span", "muted", text);

  /* ---- columns: `of` names what a cell shows, so that it is drawn again only when that changes ---- */
  const column = (id, of, draw, more = {}) => ({
    colId: id, headerName: f.say("column." + id), sortable: false, resizable: false, suppressMovable: true,
    valueGetter: (p) => JSON.stringify(of.map((name) => p.data[name])),
    cellRenderer: (p) => draw(p.data), ...more,
  });
  const byDeadline = {
    sort: "asc",
    comparator: (a, b, one, other) => one.data.order - other.data.order || one.data.id - other.data.id,
  };
  const asFound = { sort: null };
  q.columns = () => {
    if (phone.matches) return [column("card", ["customer", "tier", "subject", "last", "due", "sla", "priority", "sentiment"], card, { flex: 1, cellClass: "is-card", ...(q.isSearch ? asFound : byDeadline) })];
    const wide = (width, tight) => ({ width: narrow.matches ? tight : width });
    return [
      column("sla", ["due", "sla"], clock, { width: 104, ...(q.isSearch ? asFound : byDeadline) }),
      column("priority", ["priority"], priority, { width: 44 }),
      column("channel", ["channel"], channel, { width: 44 }),
      column("customer", ["customer", "tier"], (data) => f.el("span", "hs tight", f.el("span", "clip", data.customer), tier(data)), wide(210, 190)),
      column("subject", ["subject", "last"], subject, { flex: 1, minWidth: 200 }),
      column("sentiment", ["sentiment"], mood, { width: 66 }),
      column("category", ["category"], (data) => (data.category ? f.el("span", "soft", f.say("category." + data.category)) : nothing("–")), wide(124, 104)),
      column("queue", ["queue"], (data) => (data.queue ? f.el("span", "soft clip", data.queue) : nothing("–")), wide(146, 130)),
      column("assignee", ["assignee"], person, wide(172, 150)),
      column("waiting", ["waiting"], since, { width: 84, cellClass: "is-end", headerClass: "is-end" }),
    ];
  };
  q.rowClasses = () => ({
    late: (p) => f.clockState(p.data.due, p.data.sla) === "late",
    risk: (p) => f.clockState(p.data.due, p.data.sla) === "risk",
  });
  q.rowHeight = () => parseInt(getComputedStyle(document.documentElement).getPropertyValue(phone.matches ? "--list-row-h" : "--row-h"));
  q.headerHeight = () => (phone.matches ? 0 : 32);
  const reshape = () => {
    if (!q.api) return;
    q.api.updateGridOptions({ columnDefs: q.columns(), headerHeight: q.headerHeight(), rowHeight: q.rowHeight() });
    q.api.resetRowHeights();
  };
  phone.addEventListener("change", reshape);
  narrow.addEventListener("change", reshape);

  /* ---- what the server sends; `at` counts without gaps, so that a lost patch is noticed ---- */
  q.ready = (api) => {
    q.api = api;
    waiting.splice(0).forEach((step) => step());
  };
  const whenReady = (step) => (q.api ? step() : waiting.push(step));
  q.reset = (news) => whenReady(() => {
    if (q.isSearch !== news.search) {
      q.isSearch = news.search;
      reshape();
    }
    q.at = news.at;
    q.api.setGridOption("rowData", news.rows);
    settle(news);
    select(q.current, false);
    f.caughtUp();
  });
  q.patch = (news) => whenReady(() => {
    if (news.at <= q.at) return;
    if (news.at !== q.at + 1) return f.act("resync");
    q.at = news.at;
    q.api.applyTransaction({
      add: news.add.filter((row) => !q.api.getRowNode(String(row.id))),
      update: [...news.update, ...news.add].filter((row) => q.api.getRowNode(String(row.id))),
      remove: news.remove.map((id) => q.api.getRowNode(String(id))?.data).filter(Boolean),
    });
    settle(news);
  });
  q.counts = (counts) => {
    for (const [view, [count, tone]] of Object.entries(counts)) {
      const shown = document.querySelector(`[data-view="${view}"] .n`);
      if (!shown) continue;
      shown.textContent = count;
      shown.className = `n num ${count === "0" ? "muted" : tone || "muted"}`;
    }
  };
  q.failed = (text) => {
    const empty = document.getElementById("queue-failed");
    empty.querySelector("[data-problem]").textContent = text;
    empty.hidden = false;
  };
  const settle = (news) => {
    if (news.hasMore !== undefined) document.getElementById("queue-more").hidden = !news.hasMore;
    const count = q.api.getDisplayedRowCount();
    document.getElementById("queue-shown").textContent = f.say("queue.shown").replace("{count}", count);
    document.getElementById("queue-failed").hidden = true;
    document.getElementById("queue-empty").hidden = count > 0 || q.isSearch;
    document.getElementById("queue-no-match").hidden = count > 0 || !q.isSearch;
  };

  /* ---- tabs, search, more ---- */
  const remember = (view, text) => {
    const url = new URL(location.href);
    url.search = "";
    if (view && view !== "open") url.searchParams.set("view", view);
    if (text) url.searchParams.set("q", text);
    history.replaceState(null, "", url);
    sessionStorage.frontlineQueue = url.pathname + url.search;
  };
  const choose = (view) => {
    document.querySelectorAll("[data-view]").forEach((tab) => {
      tab.classList.toggle("on", tab.dataset.view === view);
      tab.toggleAttribute("aria-current", tab.dataset.view === view);
    });
    document.getElementById("queue-search").value = "";
    q.current = null;
    remember(view, "");
    f.act("view", { view });
  };
  let typing;
  const search = (text) => {
    clearTimeout(typing);
    const view = document.querySelector("[data-view].on")?.dataset.view || "open";
    remember(view, text.trim());
    f.act("search", { text: text.trim() });
  };
  addEventListener("input", (event) => {
    if (event.target.id !== "queue-search") return;
    clearTimeout(typing);
    typing = setTimeout(() => search(event.target.value), 300);
  });
  addEventListener("click", (event) => {
    const tab = event.target.closest("[data-view]");
    if (tab && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      choose(tab.dataset.view);
    }
    if (event.target.closest("#queue-more")) f.act("more");
    if (event.target.closest("[data-retry]")) f.act("resync");
  });

  /* ---- rows: keys and clicks ---- */
  const open = (id) => id && f.go(`/tickets/${id}`);
  q.clicked = (p) => {
    if (p.event?.target.closest("a")) return;
    open(p.data.id);
  };
  const select = (id, scroll = true) => {
    const node = id ? q.api.getRowNode(String(id)) : null;
    if (!node) return;
    q.current = id;
    node.setSelected(true, true);
    if (scroll) q.api.ensureNodeVisible(node);
  };
  const move = (step) => {
    const node = q.current ? q.api.getRowNode(String(q.current)) : null;
    const next = node ? node.rowIndex + step : 0;
    const row = q.api.getDisplayedRowAtIndex(Math.max(0, Math.min(next, q.api.getDisplayedRowCount() - 1)));
    if (row) select(row.data.id);
  };
  addEventListener("keydown", (event) => {
    const box = document.getElementById("queue-search");
    if (!box || !q.api) return;
    if (event.target === box) {
      if (event.key === "Enter") search(box.value);
      if (event.key === "Escape") {
        if (box.value) search((box.value = ""));
        box.blur();
      }
      return;
    }
    if (f.isTyping(event)) return;
    const keys = { j: () => move(1), k: () => move(-1), Enter: () => event.target.closest("a, button") || open(q.current), "/": () => box.focus() };
    const does = keys[event.key];
    if (!does) return;
    if (event.key !== "Enter") event.preventDefault();
    does();
  });
  addEventListener("DOMContentLoaded", () => {
    if (location.pathname.startsWith("/queue")) sessionStorage.frontlineQueue = location.pathname + location.search;
  });
})();
