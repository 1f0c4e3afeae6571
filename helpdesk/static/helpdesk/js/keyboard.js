// Keys. Which there are, the sheet of keys says (helpdesk/keys.py); here stands what they do.
// Single keys do nothing inside fields, and can be switched off on the profile page (WCAG 2.1.4).
const SECOND_KEY_WITHIN = 1500;
const isOff = () => document.documentElement.dataset.keys === "off";
const isField = (element) => element.closest?.("input, textarea, select, [contenteditable], dialog, [popover]");
const rows = () => [...document.querySelectorAll("[data-moves] [data-cover]")];

function move(step) {
  const all = rows();
  if (!all.length) return;
  const focused = all.indexOf(document.activeElement);
  const current = all.findIndex((row) => row.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : current;
  const next = all[Math.min(Math.max(from + Number(step), 0), all.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function write(mode) {
  const composer = document.querySelector(".composer");
  if (!composer) return;
  const choice = composer.querySelector(`[name="mode"][value="${mode}"]`);
  if (choice && !choice.checked) choice.click();
  composer.querySelector("textarea")?.focus();
}

const verbs = {
  move,
  write,
  open: () => (rows().find((row) => row === document.activeElement) ?? rows()[0])?.click(),
  press: (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`)?.click(),
  go: (address) => location.assign(address),
  show: (id) => document.getElementById(id)?.showModal(),
  pick: () => document.dispatchEvent(new Event("pick")),
  palette: (text) => document.dispatchEvent(new CustomEvent("palette", { detail: text ?? "" })),
  search: () => {
    const field = document.querySelector('[data-key="/"]');
    if (field?.checkVisibility()) field.focus();
    else verbs.palette();
  },
};

const table = new Map();
const beginnings = new Set();
for (const { dataset } of document.querySelectorAll("#shortcuts [data-keys]")) {
  table.set(dataset.keys, dataset);
  if (dataset.keys.includes(" ")) beginnings.add(dataset.keys.split(" ")[0]);
}

// Returns whether there is such a key.
export function press(keys) {
  const { does, what } = table.get(keys) ?? {};
  verbs[does]?.(what);
  return Boolean(does);
}

let begun = "";
let since = 0;
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (!event.shiftKey && press(`Control+${event.key}`)) event.preventDefault();
    return;
  }
  if (isOff() || isField(event.target)) return;
  const first = event.timeStamp - since < SECOND_KEY_WITHIN ? begun : "";
  begun = "";
  if (!first && beginnings.has(event.key)) [begun, since] = [event.key, event.timeStamp];
  else if (press(first ? `${first} ${event.key}` : event.key)) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens]")) {
    document.getElementById(event.target.closest("[data-opens]").dataset.opens)?.showModal();
  }
  const opener = event.target.closest("[data-palette]");
  if (opener) verbs.palette(opener.dataset.palette);
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});
