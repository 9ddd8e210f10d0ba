/* The command bar, the keys and their help. */
(() => {
  const f = window.frontline;
  f.commands = {};
})();
