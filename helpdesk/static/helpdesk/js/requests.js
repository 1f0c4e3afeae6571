// What every htmx request of this site needs: the CSRF token, a busy button, a word when the line is down.
import { word } from "./words.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = token();
});

const pressed = (event) => event.detail.requestConfig?.triggeringEvent?.submitter
  ?? event.target.closest?.("button");

document.addEventListener("htmx:beforeRequest", (event) => pressed(event)?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => pressed(event)?.removeAttribute("aria-busy"));

// A session that ran out answers with the login page. Whatever is being written stays where it is.
const isLogin = (address) => new URL(address, location.href).pathname === document.body.dataset.login;
let isSignedOut = false;

function saySignedOut() {
  isSignedOut = true;
  say(word("signedOut"));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isLogin(event.detail.xhr.responseURL)) return;
  event.detail.shouldSwap = false;
  saySignedOut();
});

// A new session has a new token; the old page takes it over. False if there is no session.
async function renewToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (isLogin(answer.url)) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const renewed = page.querySelector('meta[name="csrf-token"]').content;
  document.querySelector('meta[name="csrf-token"]').content = renewed;
  for (const input of document.getElementsByName("csrfmiddlewaretoken")) input.value = renewed;
  isSignedOut = false;
  return true;
}

addEventListener("focus", async () => {
  if (isSignedOut && await renewToken()) say(word("signedIn"));
});

// A choice is an answer already; what is typed waits for Enter.
document.addEventListener("change", ({ target }) => {
  const isTyped = ["search", "text"].includes(target.type);
  if (target.form?.hasAttribute("data-submits-itself") && !isTyped) target.form.requestSubmit();
});

export function say(sentence) {
  const template = document.getElementById("toast-template");
  const toasts = document.getElementById("toasts");
  if (!template || !toasts) return;
  const toast = template.content.cloneNode(true);
  toast.querySelector("[data-words]").textContent = sentence;
  toasts.append(toast);
}

document.addEventListener("htmx:sendError", () => say(word("offline")));
document.addEventListener("htmx:responseError", async ({ detail }) => {
  if (detail.xhr.status !== 403) say(word("failed", detail.xhr));
  else if (!detail.xhr.responseText.includes("data-csrf-failed")) say(word("forbidden"));
  else if (await renewToken()) say(word("renewed"));
  else saySignedOut();
});

// Good news leaves by itself once it could be read; bad news stays until it is closed.
for (const toast of document.querySelectorAll('.toast:not([data-tone="late"])')) {
  setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 12_000);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast")?.remove();
});
