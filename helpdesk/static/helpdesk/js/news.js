// What hints change in the page: the open ticket, the list, the title. The composer stays as it is.
import { rest } from "./rest.js";

const conversation = () => document.getElementById("conversation");
const shown = () => document.getElementById("shown");
const text = () => document.getElementById("composer-text");
const words = () => document.getElementById("live-words")?.dataset ?? {};

// The busier the server, the rarer the question: a page takes at most a thirtieth of its own time.
let took = 0, begun = 0, next = 0, due;
function refreshList() {
  due ??= setTimeout(function now() {
    if (document.querySelector("#list :active")) return void (due = setTimeout(now, 300));
    due = undefined;
    begun = performance.now();
    next = begun + 30 * took;
    htmx.trigger(document.body, "ticket-changed");
  }, Math.max(Math.random() * 250, next - performance.now()));
}
document.addEventListener("htmx:afterRequest", ({ target }) => {
  if (target.id !== "list" || !begun) return;
  took = performance.now() - begun;
  begun = 0;
});

let isArriving = false, isAsking = false, isOwed = false, focused = -1;
const buttons = () => [...document.querySelectorAll("#ticket-head button")];
// What an act answers is put where it was pressed: that place must still be there when it comes.
const isActing = () => document.querySelector(":is(#ticket-head, .panel) .htmx-request") !== null;
async function refreshTicket() {
  if (isAsking || isActing() || document.querySelector("#ticket-head :popover-open")) {
    isOwed ||= setTimeout(() => { isOwed = false; refreshTicket(); }, 500);
    return;
  }
  isAsking = true;
  const { news } = conversation().dataset;
  focused = buttons().indexOf(document.activeElement);
  await htmx.ajax("GET", news, { target: "#ticket-head", swap: "outerHTML", values: { shown: shown().value } }).catch(() => null);
  isAsking = false;
}

document.addEventListener("live:ticket", ({ detail: { ticket, version } }) => {
  const isOpen = conversation()?.dataset.ticket === String(ticket);
  if (isOpen && version <= Number(shown().value)) return;
  if (isOpen) refreshTicket();
  else refreshList();
});
document.addEventListener("live:lists", () => {
  refreshList();
  if (conversation()) refreshTicket();
});

// What is in the log already is not added again, and a field in which somebody is stays.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  isArriving = new URL(detail.xhr.responseURL, location).pathname.endsWith("/news/");
  // An answer that comes after another ticket was opened belongs to nobody.
  if (isArriving && !detail.xhr.responseURL.includes(`/tickets/${conversation()?.dataset.ticket}/`)) detail.shouldSwap = false;
  if (!isArriving || !isActing()) return;
  detail.shouldSwap = false;
  refreshTicket();
});
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.id === "log") {
    for (const item of detail.fragment.querySelectorAll(".message, .event")) if (document.getElementById(item.id)) item.remove();
    const arrived = [...detail.fragment.querySelectorAll(".message[data-new]")].map(({ id }) => id);
    if (arrived.length) setTimeout(announce, 0, arrived);
  } else if (isArriving && detail.target.matches(".panel") && detail.target.contains(document.activeElement)) {
    detail.shouldSwap = false;
  }
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id !== "ticket-head" || focused < 0) return;
  buttons()[focused]?.focus({ preventScroll: true });
  focused = -1;
});

// "Karen wrote", said and shown above the composer until the message was in sight: then it is read.
let quiet;
const sight = new IntersectionObserver(([{ isIntersecting }]) => {
  clearTimeout(quiet);
  if (isIntersecting) quiet = setTimeout(haveRead, 3000, conversation()?.dataset.ticket, shown()?.value);
}, { threshold: 0.2 });
const place = () => document.getElementById("news");
function haveRead(ticket, seen) {
  hush();
  if (ticket !== conversation()?.dataset.ticket || document.hidden) return;
  rest(`/api/v1/tickets/${ticket}/look/`, { body: { seen: Number(seen) } }).then(refreshList, () => null);
}
function hush() {
  clearTimeout(quiet);
  sight.disconnect();
  place()?.replaceChildren();
}
function announce(ids) {
  const arrived = ids.map((id) => document.getElementById(id)).filter(Boolean);
  if (!arrived.length || !place()) return;
  hush();
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button" });
  button.dataset.size = "s";
  button.textContent = words().wrote.replace("{name}", arrived.at(-1).querySelector(".message-head b").textContent);
  button.onclick = () => { arrived[0].scrollIntoView({ block: "nearest" }); text()?.focus(); haveRead(conversation().dataset.ticket, shown().value); };
  place().replaceChildren(button);
  sight.observe(arrived.at(-1));
}

// What stood in the log when the first word was written has been seen; what came later has not.
document.addEventListener("input", ({ target, inputType }) => {
  const { seen } = text()?.form.elements ?? {};
  if (target !== text() || target.dataset.begun || !inputType || place()?.childElementCount) return;
  target.dataset.begun = "";
  if (seen && shown()) seen.value = shown().value;
});

// Focus in the list stays at its ticket.
let row = "";
document.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (target.id === "list") row = document.activeElement.closest?.("#list .row")?.id ?? "";
});
document.addEventListener("htmx:afterSwap", ({ target }) => {
  if (target.id !== "list" || !row) return;
  document.querySelector(`#${row} [data-cover]`)?.focus({ preventScroll: true });
  row = "";
});

document.addEventListener("live:assigned", async ({ detail: { ticket } }) => {
  const answer = await fetch(`/api/v1/tickets/${ticket}/`).catch(() => null);
  const template = document.getElementById("toast-template");
  if (!answer?.ok || !template) return;
  const { subject } = await answer.json();
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.removeAttribute("data-tone");
  const icon = toast.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace("#warn", "#person"));
  const link = document.createElement("a");
  Object.assign(link, { href: `/tickets/${ticket}/`, textContent: `${ticket} ${subject}` });
  toast.querySelector("[data-words]").append(words().assigned, " ", link);
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 12_000);
});

// The title says how much is unread, as the bell does.
const count = document.querySelector("[data-unread-count]");
function entitle() {
  const title = document.title.replace(/^\(\d+\+?\) /, "");
  const titled = count.hidden ? title : `(${count.textContent}) ${title}`;
  if (document.title !== titled) document.title = titled;
}
if (count) {
  const watcher = new MutationObserver(entitle);
  watcher.observe(count, { attributes: true, childList: true, characterData: true, subtree: true });
  watcher.observe(document.querySelector("title"), { childList: true });
  entitle();
}
