/* What the cells of the list show. Texts of customers become text nodes only. */
(() => {
  const f = window.frontline;
  const cells = (f.cells = {});
  const mark = (table, value) => f.page().marks[table][value];
  const say = (kind, value) => f.say(`${kind}.${value}`);
  const href = (data) => `/tickets/${data.id}`;
  const nothing = () => f.el("span", "muted", "–");
  const SVG = "http://www.w3.org/2000/svg";

  const clock = (data) => f.clock(data.due, data.sla);
  const priority = (data) => f.icon(`p-${data.priority}`, `p-${data.priority}`, f.say("priority.title", { name: say("priority", data.priority) }));
  const channel = (data) => f.icon(mark("channels", data.channel), "muted", say("channel", data.channel));
  const tier = (data) => {
    const style = mark("tiers", data.tier);
    return style ? f.el("span", `tier ${style}`, say("tier", data.tier)) : null;
  };
  const customer = (data) => f.el("span", "hs tight", bidi("clip", data.customer), tier(data));
  const bidi = (style, text) => {
    const made = f.el("span", style, text);
    made.dir = "auto";
    return made;
  };

  /* ---- mood: the face of now, and how it went ---- */
  const direction = (trend) => (trend.length < 2 ? 0 : Math.sign(Number(trend.at(-1)) - Number(trend.at(-2))));
  const face = (data) => {
    const [style, sign] = mark("sentiments", data.sentiment);
    return f.el("span", `sent ${style}`, f.icon(sign, "", say("sentiment", data.sentiment)));
  };
  const line = (data) => {
    const values = [...data.trend].slice(-5).map(Number);
    if (values.length < 2) return null;
    const [style] = mark("sentiments", data.sentiment);
    const points = values.map((value, at) => [2 + (at * 36) / (values.length - 1), 17 - value * 3]);
    const svg = document.createElementNS(SVG, "svg");
    for (const [name, value] of Object.entries({ class: `trend ${style}`, width: 40, height: 16, viewBox: "0 0 40 16", "aria-hidden": "true" })) svg.setAttribute(name, value);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", points.map(([x, y], at) => `${at ? "L" : "M"}${x} ${y}`).join(""));
    const dot = document.createElementNS(SVG, "circle");
    for (const [name, value] of Object.entries({ cx: points.at(-1)[0], cy: points.at(-1)[1], r: 2 })) dot.setAttribute(name, value);
    svg.append(path, dot);
    return svg;
  };
  const mood = (data) => (data.sentiment ? f.el("span", "hs tight mood", face(data), line(data)) : nothing());
  const arrow = (data) => {
    const way = direction(data.trend);
    return way ? f.icon(way > 0 ? "arrow-up-right" : "arrow-down-right", "tr is-xs") : null;
  };

  const subject = (data) => {
    const link = f.el("a", "sub", bidi("clip", data.subject || f.say("queue.no_subject")), bidi("last clip", data.last));
    link.href = href(data);
    link.tabIndex = -1;
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
  const people = (data) => {
    const found = f.list.viewers[data.id] || [];
    if (!found.length) return null;
    const box = f.el("span", "avs", ...found.slice(0, 3).map(([name, isTyping]) => {
      const made = f.avatar(name);
      if (isTyping) made.append(f.icon("pencil", "pen"));
      return made;
    }));
    box.setAttribute("role", "img");
    box.setAttribute("aria-label", f.say("queue.viewers", { names: found.map(([name]) => name).join(", ") }));
    box.dataset.tip = box.getAttribute("aria-label");
    return box;
  };
  const unread = (data) => {
    const count = f.list.unread(data);
    if (!count) return null;
    const made = f.el("span", "badge accent num", String(count));
    made.setAttribute("aria-label", f.say("queue.unread", { count }));
    made.setAttribute("role", "img");
    return made;
  };
  const card = (data) => {
    const link = f.el(
      "a", `item ${f.list.unread(data) ? "unread" : ""} ${data.id === f.openTicket ? "on" : ""}`, channel(data),
      f.el("div", "l1", bidi("who clip", data.customer), tier(data), clock(data)),
      f.el("div", "l2", bidi("sub clip grow", data.subject || f.say("queue.no_subject")), priority(data)),
      f.el("div", "l3", bidi("last clip grow", data.last), people(data), data.sentiment ? face(data) : null, arrow(data)),
    );
    link.href = href(data);
    link.tabIndex = -1;
    if (data.id === f.openTicket) link.setAttribute("aria-current", "true");
    return link;
  };

  /* ---- columns: `of` names what a cell shows, so that it is drawn again only when that changes ---- */
  const column = (id, of, draw, more = {}) => ({
    colId: id, headerName: f.say(`column.${id}`), sortable: false, resizable: false, suppressMovable: true,
    valueGetter: (p) => JSON.stringify(of.map((name) => (typeof name === "function" ? name(p.data) : p.data[name]))),
    cellRenderer: (p) => draw(p.data) || "", ...more,
  });
  const seen = (data) => f.list.unread(data);
  const here = (data) => f.list.viewers[data.id] || 0;
  const isOpen = (data) => data.id === f.openTicket;
  cells.columns = (isCards, isNarrow, order) => {
    const sorted = { sort: "asc", comparator: order };
    if (isCards) return [column("card", ["customer", "tier", "subject", "last", "due", "sla", "priority", "sentiment", "trend", seen, here, isOpen], card, { headerName: f.say("column.subject"), flex: 1, cellClass: "is-card", ...sorted })];
    const wide = (width, tight) => ({ width: isNarrow ? tight : width });
    return [
      column("sla", ["due", "sla"], clock, { width: 104, ...sorted }),
      column("priority", ["priority"], priority, { width: 40 }),
      column("channel", ["channel"], channel, { width: 40 }),
      column("customer", ["customer", "tier"], customer, wide(214, 184)),
      column("subject", ["subject", "last"], subject, { flex: 1, minWidth: 180 }),
      column("sentiment", ["sentiment", "trend"], mood, { width: 92 }),
      column("category", ["category"], (data) => (data.category ? f.el("span", "soft clip", say("category", data.category)) : nothing()), wide(116, 96)),
      column("queue", ["queue"], (data) => (data.queue ? f.el("span", "soft clip", data.queue) : nothing()), wide(136, 124)),
      column("assignee", ["assignee"], person, wide(150, 128)),
      column("people", [here], people, wide(68, 60)),
      column("waiting", ["waiting"], since, { width: 76, cellClass: "is-end", headerClass: "is-end" }),
      column("unread", [seen], unread, { width: 52, cellClass: "is-end", headerClass: "is-end" }),
    ];
  };
})();
