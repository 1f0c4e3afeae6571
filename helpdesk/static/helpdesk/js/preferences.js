// Theme, density and single keys belong to the device, not to the account, so they stay in the browser.
const root = document.documentElement;

const isDark = () => root.dataset.theme
  ? root.dataset.theme === "dark"
  : matchMedia("(prefers-color-scheme: dark)").matches;

function keep(key, value) {
  root.dataset[key] = value;
  try { localStorage.setItem(`recourse-${key}`, value); } catch { /* lasts until the next page */ }
  reflect();
}

function reflect() {
  for (const button of document.querySelectorAll("[data-density-toggle]")) {
    button.setAttribute("aria-pressed", String(root.dataset.density === "compact"));
  }
  for (const input of document.querySelectorAll("[data-preference]")) {
    const kept = root.dataset[input.dataset.preference] ?? "";
    input.checked = input.type === "checkbox" ? kept !== "off" : kept === input.value;
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-toggle]")) keep("theme", isDark() ? "light" : "dark");
  if (event.target.closest("[data-density-toggle]")) {
    keep("density", root.dataset.density === "compact" ? "comfortable" : "compact");
  }
});

document.addEventListener("change", ({ target }) => {
  const key = target.dataset?.preference;
  if (key) keep(key, target.type === "checkbox" ? (target.checked ? "on" : "off") : target.value);
});

reflect();
