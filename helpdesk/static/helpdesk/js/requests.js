// What every htmx request of this site needs: the CSRF token, a busy button, a word when the line is down.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = token();
});

const pressed = (event) => event.detail.requestConfig?.triggeringEvent?.submitter
  ?? event.target.closest?.("button");

document.addEventListener("htmx:beforeRequest", (event) => pressed(event)?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", (event) => pressed(event)?.removeAttribute("aria-busy"));

// A login that ran out answers with a redirect to the login page: show the page, not a piece of it.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (new URL(xhr.responseURL, location.href).pathname === document.body.dataset.login) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

// A choice is an answer already; what is typed waits for Enter.
document.addEventListener("change", ({ target }) => {
  const isTyped = ["search", "text"].includes(target.type);
  if (target.form?.hasAttribute("data-submits-itself") && !isTyped) target.form.requestSubmit();
});

function say(sentence) {
  const template = document.getElementById("toast-template");
  const toasts = document.getElementById("toasts");
  if (!template || !toasts) return;
  const toast = template.content.cloneNode(true);
  toast.querySelector("[data-words]").textContent = sentence;
  toasts.append(toast);
}

document.addEventListener("htmx:sendError", () => say("Not saved: no connection. Nothing you wrote is lost."));
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status !== 422) say(`Not done: the server answered ${detail.xhr.status}. Reload and try again.`);
});

// Good news leaves by itself once it could be read; bad news stays until it is closed.
for (const toast of document.querySelectorAll('.toast:not([data-tone="late"])')) {
  setTimeout(() => toast.matches(":hover, :focus-within") || toast.remove(), 12_000);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dismiss]")) event.target.closest(".toast")?.remove();
});
