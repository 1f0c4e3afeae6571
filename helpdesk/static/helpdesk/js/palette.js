// Search and act: a combobox over /api/v1/palette/.
import { press } from "./keyboard.js";
import { say } from "./requests.js";
import { rest } from "./rest.js";
import { word } from "./words.js";

const WAIT = 90;
const dialog = () => document.getElementById("palette");
const input = () => dialog().querySelector("input");
const options = () => [...dialog().querySelectorAll('[role="option"]')];
const openTicket = () => document.getElementById("conversation")?.dataset.ticket ?? "";

let timer = 0;
let request = null;
let items = [];
let chosen = 0;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function picture(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(svg.namespaceURI, "use");
  use.setAttribute("href", `${dialog().dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

// Python counts characters, the browser counts UTF-16 units.
function marked(text, marks) {
  const characters = [...text];
  const pieces = [];
  let written = 0;
  for (const [from, to] of marks) {
    pieces.push(characters.slice(written, from).join(""), make("mark", {}, characters.slice(from, to).join("")));
    written = to;
  }
  return [...pieces, characters.slice(written).join("")];
}

function line(item) {
  const words = make("span", { class: "clip" }, ...marked(item.label, item.marks));
  if (item.excerpt.text) words.append(make("span", { class: "palette-excerpt" }, ...marked(item.excerpt.text, item.excerpt.marks)));
  const option = make("div", { class: "menu-item", role: "option", id: `palette-${items.length}`, "aria-selected": "false" }, picture(item.icon), words);
  if (item.hint) option.append(make("span", { class: "hint" }, item.hint));
  items.push(item);
  return option;
}

function show(groups) {
  items = [];
  dialog().querySelector('[role="listbox"]').replaceChildren(...groups.map((group, position) => make(
    "div",
    { role: "group", "aria-labelledby": `palette-group-${position}` },
    make("div", { class: "menu-label", id: `palette-group-${position}` }, group.title),
    ...group.items.map(line),
  )));
  dialog().querySelector("[data-count]").textContent = word(items.length === 1 ? "oneResult" : "results", { count: items.length });
  choose(0);
}

function choose(position) {
  const all = options();
  chosen = all.length ? (position + all.length) % all.length : 0;
  all.forEach((option, index) => {
    option.setAttribute("aria-selected", String(index === chosen));
    option.toggleAttribute("data-active", index === chosen);
  });
  input().setAttribute("aria-activedescendant", all[chosen]?.id ?? "");
  all[chosen]?.scrollIntoView({ block: "nearest" });
}

async function ask() {
  request?.abort();
  request = new AbortController();
  const address = `${dialog().dataset.api}?${new URLSearchParams({ q: input().value, ticket: openTicket() })}`;
  try {
    show((await rest(address, { method: "GET", signal: request.signal })).groups);
  } catch (error) {
    if (error.name !== "AbortError") show([{ title: error.message, items: [] }]);
  }
}

// Into what is being written, where the caret is; the draft hears of it as of any typing.
function insert(text) {
  const area = document.querySelector(".composer textarea");
  if (!area) return;
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function run(item) {
  if (!item) return;
  dialog().close();
  if (item.key) return press(item.key);
  if (item.url) {
    const row = item.number && document.querySelector(`#row-${item.number} [data-cover]`);
    return row ? row.click() : location.assign(item.url);
  }
  try {
    const answer = await rest(item.act, { body: item.body });
    if (item.inserts) return insert(answer.text);
    const { ticket, news } = document.getElementById("conversation").dataset;
    const shown = document.getElementById("shown").value;
    if (ticket === item.act.split("/").at(-3)) htmx.ajax("GET", news, { target: "#ticket-head", swap: "outerHTML", values: { shown } });
  } catch (error) {
    say(error.message);
  }
}

document.addEventListener("palette", ({ detail }) => {
  if (!dialog() || dialog().open) return;
  input().value = detail;
  show([]);
  dialog().showModal();
  ask();
});
document.addEventListener("input", ({ target }) => {
  if (!target.closest("#palette")) return;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});
document.addEventListener("keydown", async (event) => {
  if (!event.target.closest?.("#palette") || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step && event.key !== "Enter") return;
  event.preventDefault();
  if (step) return choose(chosen + step);
  clearTimeout(timer);
  if (timer) await ask();
  run(items[chosen]);
});
document.addEventListener("click", (event) => {
  const option = event.target.closest("#palette [role=option]");
  if (option) run(items[options().indexOf(option)]);
  else if (event.target.id === "palette") event.target.close();
});
