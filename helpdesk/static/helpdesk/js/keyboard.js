// Single keys. They do nothing inside fields, and can be switched off on the profile page (WCAG 2.1.4).
const isOff = () => document.documentElement.dataset.keys === "off";
const isField = (element) => element.closest?.("input, textarea, select, [contenteditable], dialog, [popover]");

function move(step) {
  const rows = [...document.querySelectorAll("[data-moves] [data-cover]")];
  if (!rows.length) return;
  const focused = rows.indexOf(document.activeElement);
  const current = rows.findIndex((row) => row.hasAttribute("aria-current"));
  const from = focused >= 0 ? focused : current;
  const next = rows[Math.min(Math.max(from + step, 0), rows.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function write(mode) {
  const composer = document.querySelector(".composer");
  if (!composer) return;
  const choice = composer.querySelector(`[name="mode"][value="${mode}"]`);
  if (choice) choice.checked = true;
  composer.querySelector("textarea")?.focus();
}

const press = (key) => document.querySelector(`[data-key="${key}"]`);

const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: () => write("reply"),
  n: () => write("note"),
  "/": () => document.querySelector('[data-key="/"]')?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
  const act = keys[event.key] ?? (press(event.key) && (() => press(event.key).click()));
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-opens]")) {
    document.getElementById(event.target.closest("[data-opens]").dataset.opens)?.showModal();
  }
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
});
