// Several tickets at once: ticks, ranges with Shift, the bar under the list, its report.
import { cancel, isOver, refusals, start, watch } from "./bulk_job.js";

const picked = new Set();
let isWhole = false;
let filter = "";
let last;

const form = () => document.getElementById("bulk");
const boxes = () => [...document.querySelectorAll('#list [name="tickets"]')];
const say = (name, ...numbers) => numbers.reduceRight((said, number, at) => said.replace("#".repeat(at + 1), number), document.getElementById("bulk-words").dataset[name]);

function show() {
  for (const box of boxes()) {
    box.checked = isWhole || picked.has(box.value);
    box.closest(".row").toggleAttribute("data-picked", box.checked);
  }
  if (!form()) return;
  form().toggleAttribute("data-open", isWhole || picked.size > 0 || !report().hidden);
  form().querySelector("[data-count-of-selected]").textContent = isWhole ? say("whole") : say("selected", picked.size);
  form().querySelector("[data-select-all]").setAttribute("aria-pressed", isWhole);
  const { words } = form().elements;
  words.hidden = !chosen()?.value.endsWith(":");
}

function choose(box, isOn, isRange) {
  const all = boxes();
  const [from, to] = [all.indexOf(isRange && last?.isConnected ? last : box), all.indexOf(box)].sort((a, b) => a - b);
  for (const each of all.slice(from, to + 1)) picked[isOn ? "add" : "delete"](each.value);
  isWhole = false;
  last = box;
  show();
}

function clear() {
  picked.clear();
  isWhole = false;
  if (form()) report().hidden = true;
  show();
}

const chosen = () => form()?.elements.act.selectedOptions[0];
const report = () => form().querySelector("[data-report]");

function request() {
  const { value, dataset } = chosen();
  const [act, given] = value.split(":");
  const words = given || form().elements.words.value.trim();
  const argument = { assignee: words === "nobody" ? null : Number(words), team: words === "nobody" ? null : Number(words), into: Number(words), problem: Number(words) };
  return { act, arguments: dataset.argument ? { [dataset.argument]: argument[dataset.argument] !== undefined ? argument[dataset.argument] : words } : {} };
}

// The server counts; the person agrees to its number.
async function onWhole(body, count) {
  const list = { ...body, filter: JSON.parse(filter), expected_count: count };
  try {
    return await start(list);
  } catch (error) {
    if (error.said?.code !== "count_has_grown" || !await agreed(error.said.count)) throw error;
    return onWhole(body, error.said.count);
  }
}

function agreed(count) {
  const dialog = document.getElementById("bulk-confirm");
  dialog.querySelector("[data-what]").textContent = `${chosen().parentElement.label}: ${chosen().textContent}`;
  dialog.querySelector("[data-how-many]").textContent = say("tickets", count);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true }));
}

function element(name, text, more = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...more });
}

function tell(job) {
  const { done, refused, waiting, cancelled } = job.progress;
  const size = done + refused + waiting + cancelled;
  const line = document.createElement("div");
  if (isOver(job)) {
    const parts = [say("done", done), refused && say("refused", refused), cancelled && say("cancelled", cancelled)];
    line.append(element("span", parts.filter(Boolean).join(", "), { role: "status" }), element("a", say("all"), { href: document.getElementById("bulk-words").dataset.job.replace("/0/", `/${job.id}/`) }));
  } else {
    const stop = element("button", say("cancel"), { type: "button", className: "button", onclick: () => cancel(job.id) });
    line.append(element("progress", "", { max: size, value: size - waiting, ariaLabel: say("progress", size - waiting, size) }), element("span", `${size - waiting}/${size}`), stop);
  }
  report().replaceChildren(line);
  report().hidden = false;
  show();
}

async function tellRefusals(job) {
  if (!job.progress.refused) return;
  for (const { ticket, reason } of (await refusals(job.id)).results) {
    const line = document.createElement("div");
    const href = document.getElementById("bulk-words").dataset.ticket.replace("/0/", `/${ticket.number}/`);
    line.append(element("a", ticket.number, { href }), element("span", reason));
    report().append(line);
  }
}

document.addEventListener("submit", async (event) => {
  if (event.target !== form()) return;
  event.preventDefault();
  const button = event.submitter ?? form().querySelector("[data-kind=primary]");
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    const body = request();
    const job = await (isWhole ? onWhole(body, 0) : start({ ...body, tickets: [...picked].map(Number) }));
    picked.clear();
    isWhole = false;
    tell(job);
    const over = await watch(job, tell);
    await tellRefusals(over);
    document.body.dispatchEvent(new CustomEvent("ticket-changed", { bubbles: true }));
  } catch (error) {
    if (error.said?.code === "not_in_sight") error.said.tickets.forEach((number) => picked.delete(String(number)));
    if (error.said?.code !== "count_has_grown") report().replaceChildren(element("p", error.message, { role: "alert" }));
    report().hidden = error.said?.code === "count_has_grown";
    show();
  } finally {
    button.ariaBusy = null;
  }
});

document.addEventListener("click", (event) => {
  if (event.target.name === "tickets" && event.target.form === form()) choose(event.target, event.target.checked, event.shiftKey);
  if (event.target.closest("[data-select-none]")) clear();
  if (event.target.closest("[data-select-all]")) {
    isWhole = !isWhole;
    show();
  }
});
document.addEventListener("change", ({ target }) => target.name === "act" && target.form === form() && show());
document.addEventListener("pick", () => {
  const row = document.activeElement.closest?.(".row") ?? document.querySelector("[data-moves] [aria-current]")?.closest(".row");
  const box = row?.querySelector('[name="tickets"]');
  if (box) choose(box, !box.checked, false);
});

// Another list is another selection.
function renew() {
  const shown = document.getElementById("list")?.dataset.filter ?? "";
  if (filter !== shown) clear();
  filter = shown;
  show();
}
document.addEventListener("htmx:afterSettle", renew);
renew();
