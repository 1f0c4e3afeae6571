// The filter builder: rows and groups in groups, with the count of what they find.
import { rest } from "./rest.js";
import { element, partAt, tree } from "./tree.js";

const VIEWS = "/api/v1/saved-views/";
const form = document.querySelector("[data-builder]");
const words = document.getElementById("builder-words").dataset;
const place = form.querySelector("[data-rows]");

function showErrors(error) {
  for (const old of form.querySelectorAll(".field-error, [data-errors] > *")) old.remove();
  for (const { field, detail } of error?.said?.errors ?? (error ? [{ field: "", detail: error.message }] : [])) {
    const said = element("p", { className: "field-error", textContent: detail, role: "alert" });
    (field.startsWith("conditions") ? partAt(place.querySelector(".builder-group"), field) : form.querySelector("[data-errors]")).append(said);
  }
}

let waiting;
function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const conditions = place.querySelector(".builder-group").read();
    const said = await rest(`${VIEWS}preview/`, { body: { conditions } }).catch(() => null);
    form.querySelector("[data-preview]").textContent = said && said.count !== null ? words.found.replace("#", said.is_more ? `${said.count}+` : said.count) : "";
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
const kept = JSON.parse(form.dataset.conditions);
if (!Object.values(kept)[0].length) kept.all = [{ field: "status" }];
place.replaceChildren(tree(kept, { fields, words, first: "status", changed }));
place.addEventListener("input", changed);
changed();
