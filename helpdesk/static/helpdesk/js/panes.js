// Panes as wide as somebody wants them: by dragging, by arrow keys, and the same tomorrow.
const STEP = 16;
const root = document.documentElement;
const separators = () => document.querySelectorAll("[data-resizes]");
const pane = (separator) => document.querySelector(`[data-pane="${separator.dataset.resizes}"]`);
const width = (separator) => Math.round(pane(separator).getBoundingClientRect().width);

function tell(separator) {
  if (pane(separator)) separator.setAttribute("aria-valuenow", width(separator));
}

function set(separator, pixels) {
  const { resizes } = separator.dataset;
  const [low, high] = [separator.ariaValueMin, separator.ariaValueMax].map(Number);
  const value = Math.min(Math.max(pixels, low), high);
  root.style.setProperty(`--${resizes}-width`, `${value}px`);
  try { localStorage.setItem(`recourse-${resizes}-width`, value); } catch { /* lasts until the next page */ }
  tell(separator);
}

function reset(separator) {
  root.style.removeProperty(`--${separator.dataset.resizes}-width`);
  try { localStorage.removeItem(`recourse-${separator.dataset.resizes}-width`); } catch { /* nothing was kept */ }
  tell(separator);
}

const towards = (separator) => (separator.dataset.resizes === "context" ? -1 : 1);

document.addEventListener("pointerdown", (event) => {
  const separator = event.target.closest?.("[data-resizes]");
  if (!separator || event.button) return;
  const [from, before] = [event.clientX, width(separator)];
  const drag = (moved) => set(separator, before + towards(separator) * (moved.clientX - from));
  separator.setPointerCapture(event.pointerId);
  separator.addEventListener("pointermove", drag);
  separator.addEventListener("lostpointercapture", () => separator.removeEventListener("pointermove", drag), { once: true });
});
document.addEventListener("keydown", (event) => {
  const separator = event.target.closest?.("[data-resizes]");
  if (!separator) return;
  const step = { ArrowRight: STEP, ArrowLeft: -STEP }[event.key];
  if (step) set(separator, width(separator) + towards(separator) * step);
  else if (event.key === "Home") set(separator, 0);
  else if (event.key === "End") set(separator, Infinity);
  else if (event.key === "Enter") reset(separator);
  else return;
  event.preventDefault();
});
document.addEventListener("dblclick", ({ target }) => target.closest?.("[data-resizes]") && reset(target.closest("[data-resizes]")));

const tellAll = () => separators().forEach(tell);
document.addEventListener("htmx:afterSettle", ({ target }) => target.id === "main" && tellAll());
addEventListener("resize", tellAll);
tellAll();
