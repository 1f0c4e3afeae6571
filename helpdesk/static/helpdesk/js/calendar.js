// The week and the dates of a calendar as the REST door takes them, and what they would mean.
import { rest } from "./rest.js";
import { answersAsOneTypes, dueAt, element, list } from "./trial.js";

const CALENDARS = "/api/v1/calendars/";
const form = document.querySelector("[data-calendar]");
const SPAN = /^(\d?\d:\d\d)\s*[-–—]\s*(\d?\d:\d\d)$/;
const fields = form.elements;

function hours(text, isNight) {
  const [, starts, ends] = (text.trim().match(SPAN) ?? [null, text, text]).map((each) => each?.padStart(5, "0"));
  return { starts, ends, next_day: isNight && ends <= starts };
}

const blocks = (kind) => [...form.querySelectorAll("[data-day]")].flatMap(({ dataset: { day } }) => {
  const isNight = fields[`week.${day}.night`].checked;
  const parts = fields[`week.${day}.${kind}`].value.split(/[,;]/).filter((part) => part.trim());
  return parts.map((part) => ({ weekday: day, ...hours(part, isNight) }));
});

const lines = (name) => fields[name].value.split("\n").map((line) => line.trim()).filter(Boolean);
const cut = (line) => [line.split(/\s/, 1)[0], line.slice(line.search(/\s|$/)).trim()];

function exception(line) {
  const [on, rest] = cut(line), spans = rest.match(/\d?\d:\d\d\s*[-–—]\s*\d?\d:\d\d/g) ?? [];
  const end = spans.length ? rest.lastIndexOf(spans.at(-1)) + spans.at(-1).length : 0;
  return { on, name: rest.slice(end).replace(/^closed/, "").trim(), hours: spans.map((span) => hours(span, true)) };
}

function recurring(line) {
  const [date, name] = cut(line), [month, day] = date.split("-").map(Number);
  return { month, day, name };
}

answersAsOneTypes(form, async () => {
  const body = {
    zone: fields.zone.value, country: fields.country.value, region: fields.region.value,
    week: blocks("hours"), breaks: blocks("breaks"),
    holidays: lines("holidays").map((line) => ({ on: cut(line)[0], name: cut(line)[1] })),
    recurring: lines("recurring").map(recurring), exceptions: lines("exceptions").map(exception),
    at: fields["trial.at"].value, seconds: Math.round(Number(fields["trial.hours"].value) * 3600),
  };
  const answer = await rest(`${CALENDARS}try-out/`, { body });
  return [element("p", "", dueAt("", answer)), list(answer.lines)];
});

fields.country.addEventListener("change", async () => {
  const country = fields.country.value;
  const found = country ? await rest(`${CALENDARS}regions/?country=${country}`, { method: "GET" }).catch(() => []) : [];
  fields.region.replaceChildren(fields.region.options[0], ...found.map(({ code, name }) => new Option(name, code)));
});
