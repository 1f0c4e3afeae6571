// The ticket page with script. Without it the page is the same, only read from its start.
const log = () => document.querySelector('[role="log"]');

function showNewest() {
  const linked = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (linked) linked.scrollIntoView({ block: "center" });
  else if (log()) log().scrollTop = log().scrollHeight;
}

// Only what this person wrote scrolls: a message that arrives never moves the page under the reader.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (detail.successful && target.closest?.(".composer")) setTimeout(showNewest, 60);
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (["conversation", "main"].includes(target.id)) showNewest();
});

// What was pressed is replaced by its answer: focus goes back to the opener of the menu, or to the
// same place of the panel.
let pressedIn = "";
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  pressedIn = target.closest?.("form")?.closest("[popover], .panel, .message")?.id ?? pressedIn;
});
document.addEventListener("htmx:afterSettle", () => {
  if (!pressedIn || document.activeElement !== document.body) return;
  const opener = document.querySelector(`[popovertarget="${pressedIn}"]`);
  (opener ?? document.querySelector(`#${pressedIn} button`))?.focus();
  pressedIn = "";
});

// Whoever pressed a button of the composer goes on writing, unless that would raise a keyboard.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const isLost = document.activeElement === document.body;
  if (target.id === "composer" && isLost && matchMedia("(pointer: fine)").matches) {
    document.getElementById("composer-text")?.focus();
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

showNewest();
