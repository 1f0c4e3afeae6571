// The criteria of a route as a builder, and the tickets they find while one builds.
import { rest } from "./rest.js";
import { element, partAt, tree } from "./tree.js";

const ROUTES = "/api/v1/escalation-routes/";
const form = document.querySelector("[data-route]");
const words = document.getElementById("builder-words").dataset;
const place = form.querySelector("[data-tree]");
const found = form.querySelector("[data-matches]");
const whole = element("input", { type: "hidden", name: "criteria.json" });

const criteria = () => {
  const read = place.querySelector(".builder-group").read();
  return Object.values(read)[0].length ? read : {};
};
const counted = (sentence, { count, looked_at: looked, is_more: isMore }) =>
  sentence.replace("#count", count) + (isMore ? ` (${words.looked.replace("#looked", looked)})` : "");

function line({ ticket, subject, because }) {
  const about = element("span", { className: "grow" }, subject);
  for (const each of because) about.append(element("br"), element("span", { className: "quiet", textContent: each.words }));
  return element("li", {}, element("a", { href: `/tickets/${ticket}/`, textContent: ticket }), about);
}

let waiting, last = 0;
function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const turn = ++last;
    const said = await rest(`${ROUTES}preview/`, { body: { criteria: criteria() } }).catch((error) => error);
    if (turn !== last) return;
    if (said instanceof Error) return found.replaceChildren(element("p", { className: "quiet", textContent: said.said?.errors?.[0]?.detail ?? said.message }));
    const counts = element("p", {}, element("b", { textContent: counted(words.open, said.open) }), element("br"), counted(words.latelyFound, said.last_30_days));
    found.replaceChildren(counts, element("ul", { className: "lines small" }, ...said.tickets.map(line)));
  }, 400);
}

const fields = new Map((await rest(`${ROUTES}fields/`, { method: "GET" })).map((field) => [field.field, field]));
const root = tree(JSON.parse(place.dataset.tree), { fields, words, first: "category", changed });
const mistakes = JSON.parse(place.dataset.mistakes);
place.replaceChildren(root, whole);
for (const [path, told] of Object.entries(mistakes)) for (const one of told) partAt(root, path).append(element("p", { className: "field-error", role: "alert", textContent: one }));
form.querySelector("[data-without-script]").hidden = true;
place.addEventListener("input", changed);
form.addEventListener("submit", () => { whole.value = JSON.stringify(criteria()); });
