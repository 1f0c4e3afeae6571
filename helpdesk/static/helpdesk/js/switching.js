// Another ticket in the same page: htmx swaps the conversation and what stands beside it.
const number = () => location.pathname.match(/\/tickets\/(\d+)\//)?.[1];

function mark(opened = number()) {
  for (const row of document.querySelectorAll("#list [data-cover]")) {
    row.toggleAttribute("aria-current", false);
    if (row.closest(".row").id === `row-${opened}`) row.setAttribute("aria-current", "true");
  }
}

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (!target.matches?.("#list [data-cover]")) return;
  document.dispatchEvent(new Event("ticket-leaving"));
  mark(target.closest(".row").id.slice(4));
});
// What failed has changed nothing.
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (target.matches?.("#list [data-cover]") && !detail.successful) mark();
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (["list", "conversation"].includes(target.id)) mark();
  if (target.id !== "conversation" && target.id !== "main") return;
  const main = document.getElementById("main");
  const asked = new URLSearchParams(location.search);
  const shows = asked.has("tab") || asked.get("show") === "context" ? "context" : "conversation";
  if (target.id === "conversation") main.dataset.shows = shows;
  main.querySelector("h1").textContent = document.title.replace(/^\(\d+\) /, "").split(" · ")[0];
  if (document.activeElement !== document.body) return;
  const row = main.querySelector('[data-moves] [aria-current]');
  (row?.checkVisibility() ? row : main.querySelector(".back"))?.focus({ preventScroll: true });
});
