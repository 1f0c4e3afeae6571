// The bell: its count follows, cheaply by ETag; its panel opens over the page.
const bell = document.querySelector("[data-bell]");
const panel = document.getElementById("bell-panel");
let tag = "", waiting = 0, asked = Date.now();

function show({ unread }) {
  const count = bell.querySelector("[data-unread-count]");
  count.textContent = unread > 99 ? "99+" : unread;
  count.hidden = !unread;
}

async function refresh() {
  waiting = 0;
  asked = Date.now();
  const answer = await fetch(bell.dataset.bell, { headers: tag ? { "If-None-Match": tag } : {} }).catch(() => null);
  if (!answer?.ok) return;
  tag = answer.headers.get("ETag") ?? "";
  show(await answer.json());
}

// Several hints in a row are one question.
const soon = () => { waiting ||= setTimeout(refresh, 1500); };

if (bell) {
  for (const hint of ["live:changed", "notifications-read", "htmx:pushedIntoHistory"]) document.addEventListener(hint, soon);
  setInterval(() => document.hidden || Date.now() - asked < 55_000 || refresh(), 60_000);
  document.addEventListener("visibilitychange", () => document.hidden || Date.now() - asked < 55_000 || refresh());
  bell.addEventListener("htmx:beforeRequest", (event) => {
    if (!panel.matches(":popover-open")) return;
    event.preventDefault();
    panel.hidePopover();
  });
  panel.addEventListener("htmx:afterSwap", () => {
    panel.showPopover();
    panel.querySelector("a, button")?.focus();
  });
  panel.addEventListener("toggle", ({ newState }) => {
    bell.setAttribute("aria-expanded", String(newState === "open"));
    if (newState === "closed" && panel.contains(document.activeElement)) bell.focus();
  });
}
