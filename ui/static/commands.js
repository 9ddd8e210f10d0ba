/* The command bar: every verb, level by level. Choices come from the registry, from this browser, or from the server. */
(() => {
  const f = window.frontline;
  const c = (f.commands = {});
  const MOST = 100;
  const RECENT = 5;
  let bar = null;
  let chosenAt = 0;
  let chosenFrom = [];

  /* ---- finding: every word must occur, in any order, whatever the accents ---- */
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const rank = (item, words) => {
    const title = plain(item.title);
    const all = `${title} ${plain(item.search || "")} ${plain(item.group || "")}`;
    if (!words.every((word) => all.includes(word) || isSpread(word, title))) return -1;
    return words.reduce((sum, word) => sum + (title.startsWith(word) ? 3 : title.includes(` ${word}`) ? 2 : title.includes(word) ? 1 : 0), 0);
  };
  const isSpread = (word, title) => {
    let at = -1;
    return word.length > 1 && [...word].every((letter) => (at = title.indexOf(letter, at + 1)) >= 0);
  };
  const find = (items, text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return items;
    return items.map((item, at) => [rank(item, words), at, item]).filter(([value]) => value >= 0)
      .sort((one, other) => other[0] - one[0] || one[1] - other[1]).map(([, , item]) => item);
  };

  /* ---- what was used last stands first ---- */
  const recent = () => {
    try {
      return JSON.parse(localStorage.frontlineRecent || "[]");
    } catch {
      return [];
    }
  };
  const remember = (id) => {
    try {
      localStorage.frontlineRecent = JSON.stringify([id, ...recent().filter((one) => one !== id)].slice(0, RECENT));
    } catch {
      return; // Storage is switched off: nothing stands first.
    }
  };

  /* ---- the top level ---- */
  const commandItem = (command) => ({ command, title: command.title, icon: command.icon, keys: command.keys, group: f.say(`group.${command.group}`), more: command.nested });
  const topItems = (text) => {
    const here = f.page().commands.filter((command) => command.id !== "palette" && f.keys.isHere(command));
    const used = recent().map((id) => here.find((command) => command.id === id)).filter(Boolean);
    const items = [
      ...used.map((command) => ({ ...commandItem(command), group: f.say("group.recent") })),
      ...here.filter((command) => text || !used.includes(command)).map(commandItem),
    ];
    const unique = text ? [...new Map(items.map((item) => [item.command.id, item])).values()] : items;
    const found = find(unique, text);
    const number = text.trim().match(/^#?(\d{1,18})$/);
    if (number) found.unshift({ title: f.say("palette.open", { number: number[1] }), icon: "id", group: f.say("group.go"), go: `/tickets/${number[1]}` });
    else if (text.trim()) found.push({ title: f.say("palette.search", { text: text.trim() }), icon: "search", group: f.say("group.go"), go: `/queue/open?q=${encodeURIComponent(text.trim())}` });
    return found;
  };

  /* ---- opening, closing ---- */
  c.isOpen = () => !!bar;
  c.open = (id, targets = f.targets()) => {
    const command = f.command(id);
    if (!command) return;
    const isFollowing = Date.now() - chosenAt < 2000;
    const levels = bar ? bar.levels : isFollowing ? chosenFrom : [];
    start([...levels, { command, targets }]);
  };
  f.verbs.palette = () => (bar ? bar.close() : start([]));
  const start = (levels) => {
    bar?.close();
    const input = f.el("input", "grow");
    Object.assign(input, { type: "text", autocomplete: "off", spellcheck: false });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-autocomplete": "list" })) input.setAttribute(name, value);
    const chips = f.el("span", "hs tight");
    const count = f.el("span", "muted is-sm num");
    count.setAttribute("role", "status");
    const list = f.el("div", "options");
    list.id = "palette-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", f.say("palette.title"));
    const preview = f.el("div", "preview");
    preview.hidden = true;
    const foot = f.el("div", "foot");
    const query = f.el("div", "q", f.icon("search", "is-lg"), chips, input, count);
    const { box, close } = f.dialog(f.say("palette.title"), "palette", query, f.el("div", "panes", list, preview), foot);
    bar = { levels, input, chips, count, list, preview, foot, box, items: [], at: 0, ask: 0, all: null };
    bar.close = () => {
      bar = null;
      close();
    };
    box.addEventListener("keydown", (event) => event.key === "Escape" && (bar = null));
    box.previousElementSibling.addEventListener("click", () => (bar = null));
    input.addEventListener("input", () => changed());
    input.addEventListener("keydown", pressed);
    list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) choose(bar.items[Number(row.dataset.at)], event.ctrlKey || event.metaKey);
    });
    list.addEventListener("pointermove", (event) => {
      const row = event.target.closest("[role=option]");
      if (row && Number(row.dataset.at) !== bar.at) mark(Number(row.dataset.at), false);
    });
    input.focus();
    enter();
  };
  const level = () => bar.levels.at(-1);
  const enter = () => {
    bar.input.value = "";
    bar.all = null;
    bar.ask += 1; // What was asked for the level before is not shown on this one.
    bar.chips.replaceChildren(...bar.levels.map(({ command }) => f.el("span", "badge accent", command.title)));
    bar.input.placeholder = level() ? f.say("palette.choose") : f.say("palette.hint");
    bar.input.setAttribute("aria-label", level() ? level().command.title : f.say("palette.title"));
    changed(true);
  };
  let debounce;
  const changed = (isFirst = false) => {
    clearTimeout(debounce);
    if (!level()) return show(topItems(bar.input.value));
    const isTyped = level().command.typed;
    if (isFirst) return ask();
    if (isTyped) debounce = setTimeout(ask, 150);
    else if (bar.all) show(find(bar.all, bar.input.value));
  };
  const ask = () => {
    if (!bar) return;
    bar.ask += 1;
    f.act("options", { command: level().command.id, text: level().command.typed ? bar.input.value : "", targets: level().targets, ask: bar.ask });
    const asked = bar.ask;
    setTimeout(() => bar && bar.ask === asked && !bar.all && skeleton(), 300);
    // A question that was asked before the page was connected is asked again.
    setTimeout(() => bar && bar.ask === asked && !bar.all && ask(), 1500);
  };
  const skeleton = () => bar.list.replaceChildren(...[70, 55, 62].map((width) => {
    const line = f.el("div", "opt", f.el("span", "skel"));
    line.firstChild.style.width = `${width}%`;
    return line;
  }));
  /* The server answers. An answer to an earlier question is old news. */
  c.options = (asked, options) => {
    if (!bar || asked !== bar.ask || !level()) return;
    bar.all = options;
    show(level().command.typed ? options : find(options, bar.input.value));
  };

  /* ---- showing ---- */
  const show = (items) => {
    bar.items = items.slice(0, MOST);
    let group = null;
    const rows = [];
    bar.items.forEach((item, at) => {
      if (item.group && item.group !== group) rows.push(f.el("div", "grp", item.group));
      group = item.group;
      const row = f.el(
        "div", "opt", item.icon ? f.icon(item.icon) : null, f.el("span", "grow clip", item.title),
        f.el("span", "end num", ...(item.keys ? f.keys.caps(item.keys) : []), item.hint || "", item.is_on ? f.icon("check", "", f.say("palette.now")) : null, item.more ? f.icon("chevron-right", "is-xs") : null),
      );
      row.id = `palette-${at}`;
      row.dataset.at = at;
      row.setAttribute("role", "option");
      rows.push(row);
    });
    if (!rows.length) rows.push(f.el("div", "none muted", f.say(level() ? "palette.nothing" : "palette.none")));
    bar.list.replaceChildren(...rows);
    bar.count.textContent = level() ? f.say("palette.count", { shown: bar.items.length, all: Math.max(bar.all?.length || 0, bar.items.length) }) : "";
    const now = bar.items.findIndex((item) => item.is_on);
    mark(bar.input.value || now < 0 ? 0 : now, true);
    keysBelow();
  };
  const mark = (at, isScrolled) => {
    bar.at = Math.max(0, Math.min(at, bar.items.length - 1));
    bar.list.querySelectorAll("[role=option]").forEach((row) => {
      const isOn = Number(row.dataset.at) === bar.at;
      row.classList.toggle("on", isOn);
      row.setAttribute("aria-selected", isOn);
      if (isOn && isScrolled) row.scrollIntoView({ block: "nearest" });
    });
    if (bar.items.length) bar.input.setAttribute("aria-activedescendant", `palette-${bar.at}`);
    else bar.input.removeAttribute("aria-activedescendant");
    showPreview(bar.items[bar.at]);
  };
  const showPreview = (item) => {
    const detail = item?.detail;
    bar.preview.hidden = !detail;
    bar.box.classList.toggle("is-wide", !!detail);
    if (!detail) return;
    const text = f.el("div", "said", ...detail.parts.map(({ text: words, kind }) => (kind === "text" ? words : f.el("mark", `var ${kind}`, words))));
    const languages = (detail.languages || []).map((name) => f.el("span", `badge ${name === detail.language ? "" : "line"}`, name));
    bar.preview.replaceChildren(
      f.el("div", "hs", f.el("h2", "grow clip", item.title), ...languages),
      ...(detail.to ? [f.el("div", "is-sm muted", detail.to)] : []),
      text,
      ...(detail.effects?.length ? [f.el("div", "vs effects", f.el("span", "label", f.say("palette.also")), f.el("div", "hs", ...detail.effects.map((effect) => f.el("span", "chip", f.icon(effect.icon), effect.text))))] : []),
    );
  };
  const hintOf = (keys, words) => f.el("span", "", ...keys.flatMap((key) => f.keys.caps(key)), words);
  const keysBelow = () => {
    const sends = level()?.command.id === "macros";
    bar.foot.replaceChildren(
      hintOf(["Up", "Down"], f.say("palette.keys.choose")),
      hintOf(["Enter"], f.say(sends ? "palette.keys.insert" : "palette.keys.run")),
      ...(sends ? [hintOf(["Mod", "Enter"], f.say("palette.keys.send"))] : []),
      f.el("span", "grow"),
      ...(level() ? [hintOf(["Backspace"], f.say("palette.keys.up"))] : []),
      hintOf(["Esc"], f.say("palette.keys.close")),
    );
  };

  /* ---- choosing ---- */
  const pressed = (event) => {
    if (event.isComposing) return;
    const does = {
      ArrowDown: () => mark((bar.at + 1) % Math.max(1, bar.items.length), true),
      ArrowUp: () => mark((bar.at || bar.items.length) - 1, true),
      PageDown: () => mark(bar.at + 10, true),
      PageUp: () => mark(bar.at - 10, true),
      Enter: () => choose(bar.items[bar.at], event.ctrlKey || event.metaKey),
    }[event.key];
    if (does) {
      event.preventDefault();
      return does();
    }
    if (event.key === "Backspace" && !bar.input.value && bar.levels.length) {
      event.preventDefault();
      bar.levels = bar.levels.slice(0, -1);
      enter();
    }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      bar.close();
    }
  };
  const choose = (item, isSent) => {
    if (!item) return;
    const here = level();
    if (item.go) {
      bar.close();
      return f.go(item.go);
    }
    if (item.command) {
      remember(item.command.id);
      if (item.command.nested) {
        bar.levels = [...bar.levels, { command: item.command, targets: f.targets() }];
        return enter();
      }
      bar.close();
      return f.run(item.command.id);
    }
    chosenAt = Date.now();
    chosenFrom = bar.levels;
    bar.close();
    c.isSent = isSent;
    f.run(here.command.id, item.value, here.targets);
  };
  addEventListener("frontline:layout", () => bar?.close());
})();
