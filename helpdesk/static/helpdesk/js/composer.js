// What is typed is saved as it is typed; files go ahead with progress; a little formatting.
import { rest, upload } from "./rest.js";
import { word } from "./words.js";

const SAVE_AFTER = 700;
const composer = () => document.getElementById("composer");
const field = () => document.getElementById("composer-text");
const mode = () => composer()?.querySelector('[name="mode"]:checked')?.value ?? "note";
const act = (name) => `${composer().dataset.api}${name}/`;
const state = (words) => { const place = composer()?.querySelector("[data-draft-state]"); if (place) place.textContent = words; };

// What the server has: an untouched composer must not save its emptiness over a draft.
const standing = () => composer()?.dataset.state === "refused" ? "" : `${mode()}:${field()?.value ?? ""}`;
let timer = 0;
let wrote = standing();

async function save() {
  clearTimeout(timer);
  const [form, text, kind] = [composer(), field()?.value, mode()];
  if (!form || text === undefined || `${kind}:${text}` === wrote) return;
  try {
    await rest(act("save-draft"), { body: { mode: kind, text }, keepalive: text.length < 20_000 });
    if (composer() !== form) return;
    wrote = `${kind}:${text}`;
    state(text.trim() ? word("saved") : "");
  } catch (error) {
    state(error.status ? error.message : word("unsaved"));
    timer = setTimeout(save, 5000);
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.id !== "composer-text") return;
  clearTimeout(timer);
  timer = setTimeout(save, SAVE_AFTER);
});
addEventListener("pagehide", () => timer && save());
document.addEventListener("ticket-leaving", () => timer && save());

// Reply and note each have their own text.
const begun = { reply: null, note: null };
let shown = mode();
document.addEventListener("change", ({ target }) => {
  if (target.name !== "mode" || target.form !== composer()) return;
  begun[shown] = field().value;
  const kept = composer().querySelector(`template[data-draft="${target.value}"]`)?.content.textContent;
  field().value = begun[target.value] ?? kept ?? "";
  shown = target.value;
  for (const file of composer().querySelectorAll("[data-file]")) file.hidden = file.dataset.mode !== shown;
  save();
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (!["composer", "conversation", "main"].includes(target.id)) return;
  clearTimeout(timer);
  [begun.reply, begun.note, shown, wrote] = [null, null, mode(), standing()];
});
// A draft that is being saved would come back after its message has left.
document.addEventListener("htmx:beforeRequest", ({ target }) => target.closest?.("#composer") && clearTimeout(timer));

// Files: chosen, dropped or pasted.
async function add(file) {
  const chip = document.createElement("li");
  chip.className = "file";
  const [name, bar] = [document.createElement("span"), document.createElement("progress")];
  name.className = "clip";
  name.textContent = file.name;
  bar.setAttribute("aria-label", word("uploading", file));
  bar.max = 1;
  chip.append(name, bar);
  const files = composer().querySelector("[data-files]");
  files.append(chip);
  const form = new FormData();
  form.append("mode", mode());
  form.append("file", file);
  try {
    const kept = await upload(act("add-draft-file"), form, (part) => { bar.value = part; });
    bar.remove();
    chip.id = `draft-file-${kept.id}`;
    Object.assign(chip.dataset, { file: kept.id, mode: mode() });
    const out = document.createElement("button");
    Object.assign(out, { type: "button", className: "button", textContent: "×" });
    Object.assign(out.dataset, { kind: "ghost", size: "s", removes: kept.id });
    out.setAttribute("aria-label", word("removes", { name: kept.filename }));
    chip.append(out);
  } catch (error) {
    chip.dataset.tone = "late";
    bar.replaceWith(` ${error.message}`);
    setTimeout(() => chip.remove(), 12_000);
  }
}

const addAll = (files) => [...files].forEach(add);
document.addEventListener("change", ({ target }) => {
  if (target.id !== "composer-files" || !target.files.length) return;
  addAll(target.files);
  target.value = "";
});
document.addEventListener("paste", (event) => {
  if (event.target.id !== "composer-text" || !event.clipboardData.files.length) return;
  event.preventDefault();
  addAll(event.clipboardData.files);
});
const isFileDrag = (event) => event.dataTransfer?.types.includes("Files") && event.target.closest?.('[data-pane="conversation"]');
document.addEventListener("dragover", (event) => {
  if (!isFileDrag(event) || !composer()) return;
  event.preventDefault();
  composer().dataset.drop = "";
});
document.addEventListener("dragleave", (event) => event.relatedTarget?.closest?.('[data-pane="conversation"]') || composer()?.removeAttribute("data-drop"));
document.addEventListener("drop", (event) => {
  if (!isFileDrag(event) || !composer()) return;
  event.preventDefault();
  composer().removeAttribute("data-drop");
  addAll(event.dataTransfer.files);
});

// Formatting writes CommonMark: the text stays its own plain twin.
function insert(text, from, to) {
  field().focus();
  field().setRangeText(text, from, to, "end");
  field().dispatchEvent(new Event("input", { bubbles: true }));
}
function wrap(mark) {
  const { selectionStart: from, selectionEnd: to, value } = field();
  insert(`${mark}${value.slice(from, to)}${mark}`, from, to);
  if (from === to) field().setSelectionRange(from + mark.length, from + mark.length);
}
function startLines(mark) {
  const { selectionStart, selectionEnd: to, value } = field();
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1;
  insert(value.slice(from, to).split("\n").map((line) => mark + line).join("\n"), from, to);
}
function link() {
  const { selectionStart: from, selectionEnd: to, value } = field();
  const words = value.slice(from, to) || word("link");
  insert(`[${words}](https://)`, from, to);
  const end = from + words.length + 3;
  field().setSelectionRange(end, end + 8);
}
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("#composer button");
  if (!button) return;
  const { wraps, starts, links, removes } = button.dataset;
  if (wraps) wrap(wraps);
  else if (starts) startLines(starts);
  else if (links !== undefined) link();
  else if (removes) {
    await rest(act("remove-draft-file"), { body: { file: Number(removes) } }).catch(() => null);
    document.getElementById(`draft-file-${removes}`)?.remove();
  }
});
// Where to be after sending is kept at once; the menu says so.
document.addEventListener("click", async (event) => {
  const chosen = event.target.closest?.('[name="after_sending"]');
  if (!chosen) return;
  event.preventDefault();
  try {
    await rest("/api/v1/preferences/", { body: { after_sending: chosen.value } });
    for (const choice of document.getElementsByName("after_sending")) choice.setAttribute("aria-pressed", String(choice === chosen));
  } catch (error) {
    state(error.message);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "composer-text" || !(event.ctrlKey || event.metaKey)) return;
  const mark = { b: "**", i: "*" }[event.key];
  if (!mark) return;
  event.preventDefault();
  wrap(mark);
});
