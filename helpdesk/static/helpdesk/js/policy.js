// The form of a policy as the REST door takes it, and what it would mean.
import { rest } from "./rest.js";
import { answersAsOneTypes, banner, dueAt, element, list, words } from "./trial.js";

const POLICIES = "/api/v1/sla-policies/";
const form = document.querySelector("[data-policy]");
const within = (part, ending) => [...part.querySelectorAll(`[name$="${ending}"]`)];
const one = (part, ending) => within(part, ending)[0]?.value.trim() ?? "";
const number = (text) => (/^-?\d+$/.test(text) ? Number(text) : text);
const seconds = (hours, minutes) => Math.round((Number(hours || 0) * 60 + Number(minutes || 0)) * 60);

function recipients(row) {
  const chosen = within(row, ".recipients").filter((each) => each.type !== "checkbox" || each.checked);
  return chosen.map((each) => each.value).filter(Boolean).map((value) => {
    const [kind, key] = value.split(":");
    return key ? { [kind]: Number(key) } : value;
  });
}

function step(row) {
  const amount = one(row, ".amount"), told = recipients(row);
  const acts = ["assign_to", "raise_priority", "move_to_team"].filter((act) => one(row, `.${act}`))
    .map((act) => ({ [act]: number(one(row, `.${act}`)) }));
  if (!amount && !told.length && !acts.length) return null;
  if (row.dataset.kind === "levels") return { after: seconds(0, amount), recipients: told, acts };
  const moment = one(row, ".unit") === "percent" ? { percent: number(amount) } : { before: seconds(0, amount) };
  return { ...moment, recipients: told };
}

function target(part) {
  const rows = (kind) => [...part.querySelectorAll(`[data-kind="${kind}"]`)].map(step).filter(Boolean);
  const steps = { warnings: rows("warnings"), levels: rows("levels") };
  const hours = one(part, ".hours"), minutes = one(part, ".minutes");
  if (!hours && !minutes && !steps.warnings.length && !steps.levels.length) return null;
  return part.dataset.metric === "channel_reply" ? steps : { seconds: seconds(hours, minutes), time: one(part, ".time"), ...steps };
}

function draft() {
  const conditions = {};
  for (const box of form.querySelectorAll('[type="checkbox"][name^="conditions."]:checked')) {
    const field = box.name.slice("conditions.".length);
    (conditions[field] ??= []).push(["tier", "team"].includes(field) ? Number(box.value) : box.value);
  }
  const tags = one(form, "customer_tags").split(",").map((tag) => tag.trim()).filter(Boolean);
  if (tags.length) conditions.customer_tags = tags;
  const promises = [...form.querySelectorAll("[data-metric]")].map((part) => [part.dataset.metric, target(part)]);
  return {
    policy: number(form.dataset.policy) || null,
    calendar: number(form.elements.calendar.value) || null,
    conditions,
    targets: Object.fromEntries(promises.filter(([, made]) => made)),
  };
}

answersAsOneTypes(form, async () => {
  const body = draft();
  const [answer, differ] = await Promise.all([
    rest(`${POLICIES}try-out/`, { body: { ...body, at: one(form, "trial.at") } }),
    rest(`${POLICIES}differences/`, { body }),
  ]);
  form.querySelector("[data-differences]").replaceChildren(element("p", words.differ.replace("#count", differ.count).replace("#looked", differ.looked_at)));
  const dues = answer.dues.map((due, i) => {
    const made = element("details", "", element("summary", "", dueAt(`${due.label}:`, due)), list(due.lines));
    made.open = i === 0;
    return made;
  });
  return answer.words ? [banner(answer.words), ...dues] : dues;
});
