// The ticket page with script. Without it the page is the same, only read from its start.
const log = () => document.querySelector('[role="log"]');

function showNewest() {
  const linked = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (linked) linked.scrollIntoView({ block: "center" });
  else if (log()) log().scrollTop = log().scrollHeight;
}

// Only what this person wrote scrolls: a message that arrives never moves the page under the reader.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.closest?.(".composer")) requestAnimationFrame(showNewest);
});

// A menu is replaced together with the head it belongs to: focus goes back to its opener.
let menu = "";
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  menu = target.closest?.("[popover]")?.id ?? menu;
});
document.addEventListener("htmx:afterSettle", () => {
  if (menu && document.activeElement === document.body) {
    document.querySelector(`[popovertarget="${menu}"]`)?.focus();
    menu = "";
  }
});

// Ctrl Enter presses the button that is in view: Send, or Add note.
document.addEventListener("keydown", (event) => {
  const composer = event.target.closest?.(".composer");
  if (!composer || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  const shown = [...composer.querySelectorAll("[data-submits]")].find((button) => button.checkVisibility());
  shown?.click();
});

// The names of chosen files, so that nobody sends the wrong one.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  const names = target.form?.querySelector("[data-chosen]");
  if (names) names.textContent = [...target.files].map((file) => file.name).join(", ");
});

showNewest();
