// A tree of conditions: rows and groups in groups. Whoever draws it gives the fields there are, the
// words, the field a new row begins with, and what to do when the tree changes.
const MADE = { moment: (operator) => (operator === "within" ? "last 7 days" : "7 days ago"), money: () => "12.50 EUR", lately: (_, words) => words.lately };

export function element(name, more = {}, ...inside) {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
}
const select = (label, options, value) => element("select", { className: "input", ariaLabel: label },
  ...options.map(([key, text]) => element("option", { value: key, textContent: text, selected: key === value })));
const button = (text, onclick) => element("button", { type: "button", className: "button", textContent: text, onclick });

function written(kind, value) {
  if (kind === "money") return value && `${value.amount} ${value.currency}`;
  if (kind === "lately") return value && `${value.count} / ${value.days}`;
  return [value ?? ""].flat().join(", ");
}

function valueInput(words, field, operator, value) {
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
  return element("input", { className: "input", ariaLabel: words.value, value: written(field.kind, value) ?? "", placeholder: MADE[field.kind]?.(operator, words) ?? "" });
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
  if (field.kind === "lately") {
    const [count, days] = (text.match(/\d+/g) ?? []).map(Number);
    return { count: count ?? text, days: days ?? text };
  }
  return isList ? text.split(",").map((each) => read(each.trim())).filter((each) => each !== "") : read(text);
}

// Draw a tree; its element can be read() as JSON.
export function tree(conditions, { fields, words, first, changed }) {
  function row({ field = first, operator, value } = {}) {
    const made = element("div", { className: "builder-row" });
    const known = () => fields.get(name.value);
    const name = select(words.field, [...fields.values()].map((each) => [each.field, each.label]), field);
    let how, what;
    const draw = (wanted, given) => {
      how = select(words.operator, known().operators.map((each) => [each.operator, each.label]), wanted);
      how.onchange = () => draw(how.value, known().operators.some((each) => each.operator === how.value) ? made.read().value : undefined);
      what = valueInput(words, known(), how.value, given);
      made.replaceChildren(name, how, what, button("×", () => { made.remove(); changed(); }));
      made.lastChild.ariaLabel = words.remove;
    };
    name.onchange = () => draw();
    made.read = () => ({ field: name.value, operator: how.value, value: valueOf(known(), how.value, what) });
    draw(operator, value);
    return made;
  }

  function group(part, isRoot = false) {
    const joint = select(words.joint, [["all", words.all], ["any", words.any]], Object.keys(part)[0]);
    const parts = element("div", {}, ...Object.values(part)[0].map((each) => (each.field ? row(each) : group(each))));
    const add = (made) => { parts.append(made); made.querySelector("select").focus(); changed(); };
    const head = element("header", {}, joint);
    const made = element("div", { className: "builder-group" }, head, parts, element("div", { className: "actions" },
      button(words.condition, () => add(row())), button(words.group, () => add(group({ any: [{ field: first }] })))));
    if (!isRoot) head.append(button(words.remove, () => { made.remove(); changed(); }));
    made.read = () => ({ [joint.value]: [...parts.children].filter((each) => each.read).map((each) => each.read()) });
    return made;
  }

  return group(conditions, true);
}

// Find the row or group that a path is about: conditions.all.1.any.0.value, or criteria.1.0.
export function partAt(root, path) {
  let part = root;
  for (const step of path.split(".").slice(1)) if (/^\d+$/.test(step)) part = part?.children[1]?.children[step] ?? part;
  return part;
}
