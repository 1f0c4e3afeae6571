// Who is at which ticket: this window says so every ten seconds, and shows what the others say.
import { rest } from "./rest.js";

// Whoever opens a ticket waits for it to be drawn; who else is there can come a moment later.
const BEAT = 10_000, WRITING_FOR = 15_000, AWAY_AFTER = 120_000, DRAWN_FIRST = 100;
const tab = Math.random().toString(36).slice(2, 10);
const STATES = ["idle", "viewing", "writing"];
const SHOWN = { idle: "idle", viewing: "here", writing: "writing" };
const conversation = () => document.getElementById("conversation");
const words = () => document.getElementById("live-words").dataset;
const address = (ticket) => `/api/v1/tickets/${ticket}/presence/`;

let at = "", said = "", hasLeft = false, timer, typed = 0, moved = Date.now();

const isAway = () => document.hidden || !document.hasFocus() || Date.now() - moved > AWAY_AFTER;
const state = () => (isAway() ? "idle" : Date.now() - typed < WRITING_FOR ? "writing" : "viewing");

async function beat() {
  clearTimeout(timer);
  if (hasLeft) return;
  const ticket = conversation()?.dataset.ticket;
  if (!ticket) return leave();
  const left = at && at !== ticket ? { left: Number(at) } : {};
  [at, said] = [ticket, state()];
  if (!document.hidden) timer = setTimeout(beat, BEAT);
  const answer = await rest(address(ticket), { body: { state: said, tab, ...left }, keepalive: document.hidden }).catch(() => null);
  if (answer && at === ticket) show(answer.people);
}

function leave() {
  if (at) rest(`${address(at)}?tab=${tab}`, { method: "DELETE", keepalive: true }).catch(() => null);
  at = said = "";
}

const beatIfNews = () => { if (at && state() !== said) beat(); };
document.addEventListener("input", ({ target }) => {
  if (target.id !== "composer-text") return;
  typed = moved = Date.now();
  beatIfNews();
});
for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, () => { moved = Date.now(); beatIfNews(); }, { passive: true });
addEventListener("focus", () => { moved = Date.now(); setTimeout(beatIfNews, 200); });
addEventListener("blur", () => setTimeout(beatIfNews, 200));
document.addEventListener("visibilitychange", beat);
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (["conversation", "main"].includes(target.id)) {
    clearTimeout(timer);
    timer = setTimeout(beat, DRAWN_FIRST);
  } else if (target.id === "composer") { typed = 0; beatIfNews(); }
});
// A page that goes is hidden a moment later: it must not say "away" after its farewell.
addEventListener("pagehide", () => { hasLeft = true; clearTimeout(timer); leave(); });
addEventListener("pageshow", ({ persisted }) => { hasLeft = false; if (persisted) beat(); });

const sentence = ({ state: what, user }) => words()[what].replace("{name}", user.full_name);
const strongest = (people) => people.reduce((most, one) => Math.max(most, STATES.indexOf(one.state)), 0);

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `${words().icons}#${name}`);
  svg.append(use);
  return svg;
}

// Above the composer, in words; whoever writes comes first.
function show(people) {
  const line = document.getElementById("presence");
  if (!line) return;
  const others = people.filter((one) => !one.is_you).sort((a, b) => STATES.indexOf(b.state) - STATES.indexOf(a.state));
  const told = others.map(sentence).join(" · ");
  if (line.dataset.told === told) return;
  line.dataset.told = told;
  line.dataset.presence = SHOWN[STATES[strongest(others)]];
  line.replaceChildren(...(told ? [icon(line.dataset.presence === "writing" ? "pencil" : "eye"), told] : []));
}

// In the list, as small pictures.
let found = new Map(), asked = "", looked = 0, due;
const rows = () => [...document.querySelectorAll("#list .row")];
const initials = (name) => { const parts = name.split(/\s+/); return (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase(); };

function picture(one) {
  const avatar = document.createElement("span");
  avatar.className = "avatar";
  Object.assign(avatar.dataset, { size: "s", presence: SHOWN[one.state] });
  avatar.setAttribute("role", "img");
  avatar.ariaLabel = avatar.title = sentence(one);
  avatar.textContent = initials(one.user.full_name);
  return avatar;
}

function draw() {
  for (const row of rows()) {
    const others = (found.get(row.id.slice(4)) ?? []).filter((one) => !one.is_you).slice(0, 3);
    const told = others.map(sentence).join();
    let pictures = row.querySelector(".avatars");
    if ((pictures?.dataset.told ?? "") === told) continue;
    if (!told) { pictures.remove(); continue; }
    if (!pictures) {
      pictures = document.createElement("span");
      pictures.className = "avatars";
      row.querySelector("[data-cover]").after(pictures);
    }
    pictures.dataset.told = told;
    pictures.replaceChildren(...others.map(picture));
  }
}

async function look() {
  due = undefined;
  const numbers = rows().map((row) => row.id.slice(4));
  [asked, looked] = [numbers.join(), Date.now()];
  if (!asked || document.hidden) return;
  const answer = await rest(`/api/v1/presence/?${new URLSearchParams(numbers.map((number) => ["ticket", number]))}`, { method: "GET" }).catch(() => null);
  if (!answer) return;
  found = new Map(answer.map(({ ticket, people }) => [String(ticket), people]));
  draw();
}
const lookSoon = (wait) => { due ??= setTimeout(look, wait); };

document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (!["list", "main"].includes(target.id)) return;
  draw();
  if (rows().some((row) => !asked.split(",").includes(row.id.slice(4)))) lookSoon(300);
});
document.addEventListener("live:presence", ({ detail: { ticket } }) => {
  if (String(ticket) === at) rest(address(ticket), { method: "GET" }).then(({ people }) => show(people), () => null);
  if (document.getElementById(`row-${ticket}`)) lookSoon(200 + Math.random() * 300);
});
document.addEventListener("live:polled", () => Date.now() - looked > BEAT && lookSoon(0));

if (document.getElementById("live-words")) {
  beat();
  lookSoon(0);
}
