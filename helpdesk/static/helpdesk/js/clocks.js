// One timer for all clocks of the page, in the server's time: never the browser's, which may be
// wrong. The server wrote every word once already; nothing of this is announced.
import { word } from "./words.js";

const MINUTE = 60, HOUR = 3600, DAY = 86400;
const drawn = performance.getEntriesByType("navigation")[0]?.responseStart ?? 0;
let offset = document.body.dataset.drawn * 1000 + 500 - drawn;

function heard(date) {
  const found = Date.parse(date) + 500 - performance.now();
  if (Math.abs(found - offset) > 2000) offset = found;
}
document.addEventListener("htmx:afterRequest", ({ detail }) => heard(detail.xhr.getResponseHeader("Date")));
document.addEventListener("live:time", ({ detail }) => heard(detail));

function said(time) {
  const count = (unit) => Math.floor(time / unit);
  if (time < MINUTE) return word("seconds", { count: count(1) });
  if (time < HOUR) return word("minutes", { count: count(MINUTE) });
  const hours = word("hours", { count: count(HOUR) });
  if (time < DAY) return `${hours} ${word("minutes", { count: String(count(MINUTE) % 60).padStart(2, "0") })}`;
  return time < 3 * DAY ? hours : word("days", { count: count(DAY) });
}

function tick() {
  const now = (performance.now() + offset) / 1000;
  for (const clock of document.querySelectorAll(".clock[data-due]")) {
    const { due, near, span, state } = clock.dataset, left = due - now, text = said(Math.abs(left));
    const is = left < 0 ? "late" : left < near ? "near" : "running";
    if (state !== is) clock.dataset.state = is;
    const time = clock.querySelector("b");
    if (time.textContent === text) continue;
    time.textContent = text;
    clock.querySelector(".arc").setAttribute("stroke-dasharray", `${Math.max(0, Math.min(100, 100 * left / span))} 100`);
  }
  entitle();
}

// The title begins with the next deadline of the open ticket, behind how much is unread.
let last = "";
function entitle() {
  const clock = document.querySelector("[data-title]");
  const [, unread = "", title] = /^(\(\d+\+?\) )?(.*)$/s.exec(document.title);
  const before = [last, clock?.dataset.title].find((words) => words && title.startsWith(words)) ?? "";
  if (!clock && !before) return;
  const time = clock?.querySelector("b").textContent;
  last = clock ? `${clock.dataset.state === "late" ? word("late", { time }) : time} · ` : "";
  const titled = unread + last + title.slice(before.length);
  if (document.title !== titled) document.title = titled;
}

// All clocks of a ticket are shown to whoever rests on one; a click does the same without script.
let resting;
for (const [name, shows] of [["mouseover", true], ["mouseout", false]]) {
  document.addEventListener(name, ({ target, relatedTarget }) => {
    const place = target.closest?.(".clocks");
    if (!place || place.contains(relatedTarget)) return;
    clearTimeout(resting);
    resting = setTimeout(() => place.isConnected && place.lastElementChild.togglePopover(shows), 300);
  });
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
tick();
