// One way to speak to /api/v1/: with the session, the CSRF token, and problems as errors.
import { word } from "./words.js";

const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

export async function rest(address, { method = "POST", body, ...more } = {}) {
  const isForm = body instanceof FormData;
  const headers = { "X-CSRFToken": token(), ...(isForm || !body ? {} : { "Content-Type": "application/json" }) };
  const answer = await fetch(address, { method, headers, body: isForm ? body : body && JSON.stringify(body), ...more });
  const said = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw Object.assign(new Error(said?.detail ?? word("answered", answer)), { status: answer.status, said });
  return said;
}

// A file with its progress, which fetch does not tell.
export function upload(address, form, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token());
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => request.status < 300
      ? resolve(request.response)
      : reject(new Error(request.response?.detail ?? word("answered", request)));
    request.onerror = () => reject(new Error(word("unreachable")));
    request.send(form);
  });
}
