// Hints that something changed: one stream for all windows of the browser, polling beside it. The
// page loads anew what it shows of it, with the reader's own rights. A hidden window does nothing.
import { rest } from "./rest.js";

const CONNECTED = 30_000, ALONE = 5_000;
const channel = new BroadcastChannel("recourse-live");
const known = new Map();
const around = (time) => time * (0.8 + Math.random() * 0.4);

let stream, timer, retry, release, waiting, failures = 0;
let isLeading = false, isConnected = false, lastHint = "";
let since = document.body.dataset.drawn, tag = "";

function tell(hint) {
  const name = `${hint.topic}:${hint.ticket}`;
  if (hint.version && known.get(name) >= hint.version) return;
  known.set(name, hint.version);
  document.dispatchEvent(new CustomEvent(`live:${hint.topic}`, { detail: hint }));
  if (!["presence", "polled"].includes(hint.topic)) document.dispatchEvent(new Event("live:changed"));
}

function tellAll(hint) {
  tell(hint);
  channel.postMessage(hint);
}

// The polling is right whatever became of the hints: it begins again where the last answer ended.
async function poll() {
  clearTimeout(timer);
  if (isLeading) timer = setTimeout(poll, around(isConnected ? CONNECTED : ALONE));
  const headers = tag ? { "If-None-Match": tag } : {};
  const answer = await fetch(`/api/v1/changes/?${new URLSearchParams({ since })}`, { headers, cache: "no-store" }).catch(() => null);
  if ([401, 403].includes(answer?.status)) return sleep();
  if (answer?.status === 400) [since, tag] = ["", ""];
  if (answer) document.dispatchEvent(new CustomEvent("live:time", { detail: answer.headers.get("Date") }));
  if (isLeading) tellAll({ topic: "polled", ticket: 0, version: 0 });
  if (!answer?.ok) return;
  const said = await answer.json();
  tag = said.since === since ? answer.headers.get("ETag") : "";
  since = said.since;
  said.changes.forEach(isLeading ? tellAll : tell);
  if (said.everything) tell({ topic: "lists", ticket: 0, version: 0 });
}

async function connect() {
  const pass = await rest("/api/v1/events/ticket/", { body: {} }).catch(() => null);
  if (!isLeading) return;
  if (!pass) return again();
  stream = new EventSource(`${pass.url}?${new URLSearchParams({ since: lastHint })}`, { withCredentials: true });
  stream.onopen = () => {
    [isConnected, failures] = [true, 0];
    poll();
  };
  stream.onmessage = ({ data, lastEventId }) => {
    lastHint = lastEventId || lastHint;
    tellAll(JSON.parse(data));
  };
  stream.onerror = again;
}

// A pass is used up: whoever comes back needs another. Not all at once, and not for ever at once.
function again() {
  stream?.close();
  if (isConnected) {
    isConnected = false;
    timer = clearTimeout(timer) ?? setTimeout(poll, around(ALONE));
  }
  retry = setTimeout(connect, around(Math.min(1000 * 2 ** failures++, 60_000)));
}

function sleep() {
  clearTimeout(timer);
  clearTimeout(retry);
  stream?.close();
  waiting?.abort();
  release?.();
  isLeading = isConnected = false;
}

// Of several windows in sight one leads; where there are no locks each leads itself.
function lead() {
  isLeading = true;
  connect();
  timer = setTimeout(poll, around(ALONE));
  return new Promise((resolve) => { release = resolve; });
}

function wake() {
  waiting = new AbortController();
  poll();
  if (!navigator.locks) return lead();
  return navigator.locks.request("recourse-live", { signal: waiting.signal }, lead).catch(() => null);
}

channel.onmessage = ({ data }) => document.hidden || tell(data);
document.addEventListener("visibilitychange", () => (document.hidden ? sleep() : wake()));
addEventListener("pagehide", sleep);
addEventListener("pageshow", ({ persisted }) => persisted && wake());
if (document.getElementById("live-words") && !document.hidden) wake();
