/* The words that carried a label, marked in the message that they came from while the "why" is open. The marks lie over
   the text as ranges: nothing of the message is changed, and no word of a customer becomes markup. */
(() => {
  const f = window.frontline;
  const t = f.ticket;
  const NAMES = { carried: true, countered: false };
  let shown = null;

  /* ---- where a word stands ---- */
  const isWide = (word) => /[\u2e80-\uffef]/.test(word);
  const sought = (word) => {
    const words = word.split(/\s+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("[^\\p{L}\\p{N}]+");
    const [before, after] = [/^[\p{L}\p{N}]/u, /[\p{L}\p{N}]$/u].map((edge) => !isWide(word) && edge.test(word));
    return new RegExp(`${before ? "(?<![\\p{L}\\p{N}])" : ""}${words}${after ? "(?![\\p{L}\\p{N}])" : ""}`, "giu");
  };
  const textsOf = (message) => {
    const found = [];
    message.querySelectorAll(".body, .call").forEach((part) => {
      const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) found.push(walker.currentNode);
    });
    return found;
  };
  const rangesOf = (texts, word) =>
    texts.flatMap((text) =>
      [...text.data.matchAll(sought(word))].map(({ 0: found, index }) =>
        new StaticRange({ startContainer: text, startOffset: index, endContainer: text, endOffset: index + found.length })));

  /* ---- marks ---- */
  const paint = () => {
    if (!window.CSS?.highlights) return; // An older browser shows the panel without marks.
    Object.keys(NAMES).forEach((name) => CSS.highlights.delete(name));
    if (!shown || shown.ticket !== f.openTicket) return;
    const message = document.querySelector(`[data-customer-message="${shown.message}"]`);
    if (!message) return;
    const texts = textsOf(message);
    Object.entries(NAMES).forEach(([name, isFor]) => {
      const words = shown.words.filter(([, speaksFor]) => speaksFor === isFor).map(([word]) => word);
      const ranges = words.flatMap((word) => rangesOf(texts, word));
      if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
    });
  };
  t.carried = (ticket, message, words) => {
    shown = message ? { ticket, message, words } : null;
    paint();
  };
  addEventListener("frontline:thread", paint);
  addEventListener("frontline:layout", ({ detail }) => {
    if (shown && shown.ticket !== detail.ticket) t.carried(null, null, []);
  });
})();
