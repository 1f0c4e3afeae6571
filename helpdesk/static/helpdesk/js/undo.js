// The seconds in which a reply can be taken back.
import { rest } from "./rest.js";
import { word } from "./words.js";

function tick(toast, end) {
  const left = Math.ceil((end - Date.now()) / 1000);
  if (left <= 0 || !toast.isConnected) return toast.remove();
  const words = toast.querySelector("[data-words]");
  words.dataset.to ??= words.textContent;
  words.textContent = word("leaves", { words: words.dataset.to, count: left });
  toast.querySelector("circle:last-child")?.setAttribute("stroke-dasharray", `${left * 10} 100`);
  return setTimeout(tick, 1000, toast, end);
}

function watch() {
  for (const toast of document.querySelectorAll("[data-undo]:not([data-ticks])")) {
    toast.dataset.ticks = "";
    // The server's own clock on both sides: this machine's may be wrong.
    tick(toast, Date.now() + (Date.parse(toast.dataset.until) - Date.parse(toast.dataset.now)));
  }
}

document.addEventListener("submit", async (event) => {
  const toast = event.target.closest("[data-undo]");
  if (!toast) return;
  event.preventDefault();
  try {
    const draft = await rest(toast.dataset.undo);
    location.assign(`/tickets/${draft.ticket}/?undone=${toast.id.slice(5)}#composer`);
  } catch (error) {
    toast.dataset.tone = "late";
    toast.querySelector("[data-words]").textContent = error.message;
    event.target.remove();
  }
});
document.addEventListener("htmx:afterSettle", watch);
const here = new URL(location.href);
if (here.searchParams.has("undo") || here.searchParams.has("undone")) {
  here.searchParams.delete("undo");
  here.searchParams.delete("undone");
  history.replaceState(history.state, "", here);
}
watch();
