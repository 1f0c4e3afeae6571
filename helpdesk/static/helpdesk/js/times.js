// Lets "14 m" become "15 m" while the page is open. The server wrote the same words once already.
import { word } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function ago(milliseconds) {
  if (milliseconds < MINUTE) return word("now");
  if (milliseconds < HOUR) return word("minutes", { count: Math.floor(milliseconds / MINUTE) });
  if (milliseconds < DAY) return word("hours", { count: Math.floor(milliseconds / HOUR) });
  return word("days", { count: Math.floor(milliseconds / DAY) });
}

function tick() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const words = ago(Date.now() - Date.parse(time.dateTime));
    if (time.textContent !== words && Date.now() - Date.parse(time.dateTime) < 7 * DAY) time.textContent = words;
  }
}

setInterval(tick, MINUTE / 2);
document.addEventListener("visibilitychange", () => document.hidden || tick());
