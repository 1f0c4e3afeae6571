// Blocking and tiny: runs before the first paint, so that nobody sees the wrong theme flash past.
(() => {
  const root = document.documentElement;
  root.dataset.script = "on";
  for (const key of ["theme", "density", "keys"]) {
    try {
      const kept = localStorage.getItem(`recourse-${key}`);
      if (kept) root.dataset[key] = kept;
    } catch { /* storage refused: the system's theme it is */ }
  }
  for (const pane of ["list", "context"]) {
    try {
      const width = localStorage.getItem(`recourse-${pane}-width`);
      if (width) root.style.setProperty(`--${pane}-width`, `${Number(width)}px`);
    } catch { /* as wide as usual */ }
  }
})();
