/* The page of the model: it asks before a step, and looks again while the model learns. */
(() => {
  const f = window.frontline;
  const m = (f.model = {});
  const EVERY = 4000;
  const asked = (button, name) => f.act(name, { verb: button.dataset[name], proposal: Number(button.dataset.proposal) });

  addEventListener("click", (event) => {
    const button = event.target.closest("[data-ask], [data-decide], [data-refresh]");
    if (!button) return;
    if (button.dataset.ask) return asked(button, "ask");
    if (button.dataset.decide) {
      button.closest("dialog")?.close();
      return asked(button, "decide");
    }
    f.act("refresh");
  });

  /* The markup is ours and was escaped on the server. */
  m.confirm = (markup) => {
    const dialog = document.createElement("dialog");
    dialog.className = "dialog asks";
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true"); // Keys of the desk rest while one is open.
    dialog.setAttribute("aria-labelledby", "model-dialog-title");
    dialog.innerHTML = markup;
    dialog.onclick = (event) => (event.target === dialog || event.target.closest("[data-close]")) && dialog.close();
    dialog.onclose = () => dialog.remove();
    document.body.append(dialog);
    dialog.showModal();
  };

  let waiting;
  addEventListener("frontline:put", (event) => {
    if (event.detail.name !== "model") return;
    clearTimeout(waiting);
    waiting = setTimeout(() => document.querySelector("[data-running]") && f.act("refresh"), EVERY);
  });
})();
