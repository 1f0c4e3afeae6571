// How much is in each saved view: counted apart from the page, by /api/v1/views/.
import { rest } from "./rest.js";

let asked;

async function fill() {
  const waiting = document.querySelectorAll("[data-count]:empty");
  if (!waiting.length || document.hidden) return;
  asked ??= rest("/api/v1/views/", { method: "GET" }).catch(() => []).finally(() => setTimeout(() => { asked = undefined; }, 2000));
  const views = new Map((await asked).map((view) => [view.name, view]));
  for (const place of document.querySelectorAll("[data-count]")) {
    const { count, is_more: isMore } = views.get(place.dataset.count) ?? {};
    if (count != null) place.textContent = isMore ? `${count}+` : count;
  }
}

document.addEventListener("htmx:afterSettle", fill);
document.addEventListener("visibilitychange", fill);
fill();
