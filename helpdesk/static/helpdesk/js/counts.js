// How much is in each saved view: counted apart from the page, by /api/v1/views/.
import { rest } from "./rest.js";

let asked;

// A place is asked for once: what takes too long to count has no number, and every swap comes by here.
async function fill() {
  const waiting = document.querySelectorAll('[data-count^="saved-"]:empty:not([data-asked])');
  if (!waiting.length || document.hidden) return;
  for (const place of waiting) place.dataset.asked = "";
  asked ??= rest("/api/v1/views/", { method: "GET" }).catch(() => null).finally(() => setTimeout(() => { asked = undefined; }, 2000));
  const said = await asked;
  const views = new Map((said ?? []).map((view) => [view.name, view]));
  for (const place of document.querySelectorAll("[data-count]")) {
    const { count, is_more: isMore } = views.get(place.dataset.count) ?? {};
    if (count != null) place.textContent = isMore ? `${count}+` : count;
    if (!said) place.removeAttribute("data-asked");
  }
}

document.addEventListener("htmx:afterSettle", fill);
document.addEventListener("visibilitychange", fill);
fill();
