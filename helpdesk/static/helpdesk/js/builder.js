// The filter builder: rows and groups in groups, with the count of what they find.
import { rest } from "./rest.js";

const VIEWS = "/api/v1/saved-views/";
const form = document.querySelector("[data-builder]");
const words = document.getElementById("builder-words").dataset;
const place = form.querySelector("[data-rows]");

function element(name, more = {}, ...inside) {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
}
const select = (label, options, value) => element("select", { className: "input", ariaLabel: label },
  ...options.map(([key, text]) => element("option", { value: key, textContent: text, selected: key === value })));
const button = (text, onclick) => element("button", { type: "button", className: "button", textContent: text, onclick });

function valueInput(field, operator, value) {
  const { is_list: isList, needs_value: needsValue } = field.operators.find((each) => each.operator === operator);
  if (!needsValue) return element("span");
  if (field.choices.length) {
    const given = (Array.isArray(value) ? value : [value]).map(String);
    const made = select(words.value, field.choices.map((each) => [String(each.value), each.label]));
    made.multiple = isList;
    if (isList) made.size = Math.min(field.choices.length, 6);
    for (const option of made.options) option.selected = given.includes(option.value);
    if (!isList && made.selectedIndex < 0) made.selectedIndex = 0;
    return made;
  }
  const written = field.kind === "money" ? value && `${value.amount} ${value.currency}` : [value ?? ""].flat().join(", ");
  const hints = { moment: operator === "within" ? "last 7 days" : "7 days ago", money: "12.50 EUR" };
  return element("input", { className: "input", ariaLabel: words.value, value: written ?? "", placeholder: hints[field.kind] ?? "" });
}

function valueOf(field, operator, input) {
  const { is_list: isList, needs_value: needsValue } = field.operators.find((each) => each.operator === operator);
  if (!needsValue) return undefined;
  if (input.options) {
    const all = [...input.selectedOptions].map((option) => field.choices.find((each) => String(each.value) === option.value).value);
    return isList ? all : all[0];
  }
  const text = input.value.trim();
  const read = (each) => (field.kind === "number" && /^\d+$/.test(each) ? Number(each) : each);
  if (field.kind === "money") return { amount: text.split(" ")[0], currency: (text.split(" ")[1] ?? "").toUpperCase() };
  return isList ? text.split(",").map((each) => read(each.trim())).filter((each) => each !== "") : read(text);
}

function row(fields, { field = "status", operator, value } = {}) {
  const made = element("div", { className: "builder-row" });
  const known = () => fields.get(name.value);
  const name = select(words.field, [...fields.values()].map((each) => [each.field, each.label]), field);
  let how, what;
  const draw = (wanted, given) => {
    how = select(words.operator, known().operators.map((each) => [each.operator, each.label]), wanted);
    how.onchange = () => draw(how.value, known().operators.some((each) => each.operator === how.value) ? made.read().value : undefined);
    what = valueInput(known(), how.value, given);
    made.replaceChildren(name, how, what, button("×", () => { made.remove(); changed(); }));
    made.lastChild.ariaLabel = words.remove;
  };
  name.onchange = () => draw();
  made.read = () => ({ field: name.value, operator: how.value, value: valueOf(known(), how.value, what) });
  draw(operator, value);
  return made;
}

function group(fields, tree, isRoot = false) {
  const joint = select(words.joint, [["all", words.all], ["any", words.any]], Object.keys(tree)[0]);
  const parts = element("div", {}, ...Object.values(tree)[0].map((part) => (part.field ? row(fields, part) : group(fields, part))));
  const add = (made) => { parts.append(made); made.querySelector("select").focus(); changed(); };
  const head = element("header", {}, joint);
  const made = element("div", { className: "builder-group" }, head, parts, element("div", { className: "actions" },
    button(words.condition, () => add(row(fields))), button(words.group, () => add(group(fields, { any: [{}].map(() => ({ field: "status" })) })))));
  if (!isRoot) head.append(button(words.remove, () => { made.remove(); changed(); }));
  made.read = () => ({ [joint.value]: [...parts.children].map((part) => part.read()) });
  return made;
}

function showErrors(error) {
  for (const old of form.querySelectorAll(".field-error, [data-errors] > *")) old.remove();
  for (const { field, detail } of error?.said?.errors ?? (error ? [{ field: "", detail: error.message }] : [])) {
    let part = place.querySelector(".builder-group");
    for (const step of field.startsWith("conditions") ? field.split(".").slice(1) : []) if (/^\d+$/.test(step)) part = part?.children[1].children[step] ?? part;
    const said = element("p", { className: "field-error", textContent: detail, role: "alert" });
    (field.startsWith("conditions") ? part : form.querySelector("[data-errors]")).append(said);
  }
}

let waiting;
function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const tree = place.querySelector(".builder-group").read();
    const said = await rest(`${VIEWS}preview/`, { body: { conditions: tree } }).catch(() => null);
    form.querySelector("[data-preview]").textContent = said ? words.found.replace("#", said.is_more ? `${said.count}+` : said.count) : "";
  }, 400);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { name, team, sort } = form.elements;
  const body = { name: name.value, sort: sort.value, team: team.value ? Number(team.value) : null, conditions: place.querySelector(".builder-group").read() };
  try {
    const view = await rest(form.dataset.view ? `${VIEWS}${form.dataset.view}/change/` : VIEWS, { body });
    location.assign(form.dataset.list + view.id);
  } catch (error) {
    showErrors(error);
  }
});

const fields = new Map((await rest(`${VIEWS}fields/`, { method: "GET" })).map((field) => [field.field, field]));
const tree = JSON.parse(form.dataset.conditions);
if (!Object.values(tree)[0].length) tree.all = [{ field: "status" }];
place.replaceChildren(group(fields, tree, true));
place.addEventListener("input", changed);
changed();
