// Names while a note is typed: "@" and a letter offer colleagues, those who may not see the ticket greyed out.
const list = Object.assign(document.createElement("ul"), { id: "mention-list", className: "popover mention-list", popover: "manual" });
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "@");
const NAME = /(?:^|[^\p{L}\p{N}_@.])@([\p{L}\p{M}][\p{L}\p{M}\p{N}.'’-]*(?: [\p{L}\p{M}]*){0,2})$/u;
let field = null, chosen = -1, asked = 0, timer = 0;

const options = () => [...list.querySelectorAll('[role="option"]:not([aria-disabled])')];
const isNote = () => field?.form?.querySelector('[name="mode"]:checked')?.value === "note";

function close() {
  clearTimeout(timer);
  asked += 1;
  if (list.matches(":popover-open")) list.hidePopover();
  field?.removeAttribute("aria-activedescendant");
  chosen = -1;
}

function mark(index) {
  chosen = index;
  options().forEach((option, at) => option.toggleAttribute("data-active", at === index));
  options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  if (options()[index]) field.setAttribute("aria-activedescendant", options()[index].id);
}

function draw(people) {
  list.replaceChildren(...people.map((person) => {
    const option = document.createElement("li");
    Object.assign(option, { id: `mention-${person.id}`, className: "menu-item", textContent: person.full_name });
    option.setAttribute("role", "option");
    option.dataset.name = person.full_name;
    if (person.may_see) return option;
    option.setAttribute("aria-disabled", "true");
    const hint = Object.assign(document.createElement("span"), { className: "hint", textContent: field.dataset.mentions });
    option.append(hint);
    return option;
  }));
  if (!people.length) return close();
  if (!list.isConnected) document.body.append(list);
  field.setAttribute("aria-controls", list.id);
  if (!list.matches(":popover-open")) list.showPopover();
  mark(options().length ? 0 : -1);
}

async function offer(words) {
  const mine = ++asked;
  const address = `${field.form.dataset.api}mentionable/?page_size=6&q=${encodeURIComponent(words)}`;
  const answer = await fetch(address).catch(() => null);
  if (mine === asked && answer?.ok) draw((await answer.json()).results);
}

function take(option) {
  const end = field.selectionStart;
  const start = field.value.lastIndexOf("@", end - 1);
  field.setRangeText(`@${option.dataset.name} `, start, end, "end");
  close();
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => {
  if (!target.matches?.("[data-mentions]")) return;
  field = target;
  const found = isNote() && NAME.exec(field.value.slice(Math.max(0, field.selectionStart - 80), field.selectionStart));
  clearTimeout(timer);
  if (found) timer = setTimeout(() => offer(found[1].trim()), 120);
  else close();
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field || !list.matches(":popover-open")) return;
  const count = options().length;
  if (event.key === "Escape") close();
  else if (count && event.key === "ArrowDown") mark((chosen + 1) % count);
  else if (count && event.key === "ArrowUp") mark((chosen + count - 1) % count);
  else if (count && ["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey) take(options()[chosen]);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest('[role="option"]:not([aria-disabled])');
  event.preventDefault();
  if (option) take(option);
});
document.addEventListener("focusout", ({ target }) => target === field && close());
