// An answer beside an editor, asked for as one types. The page answers without it, by a button.
export const words = document.getElementById("trial-words").dataset;
const place = document.querySelector("[data-answer]");

export function element(name, text = "", ...inside) {
  const made = document.createElement(name);
  made.append(text, ...inside);
  return made;
}

export function list(lines) {
  const made = element("ol", "", ...lines.map(({ words: said, kind }) => {
    const item = element("li", said);
    if (kind !== "counted") item.className = "quiet";
    return item;
  }));
  made.className = "lines small";
  return made;
}

export const dueAt = (before, { words: said }) => element("span", `${before} ${words.due} `.trimStart(), element("b", said));

export function banner(text) {
  const made = element("p", "", element("span", text));
  made.className = "banner";
  made.dataset.tone = "near";
  return made;
}

// Mistakes are told where they stand once one saves; while one types, the first is enough.
export function answersAsOneTypes(form, ask) {
  let waiting, last = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++last;
      const answer = await ask().catch((error) => [banner(error.message)]);
      if (turn === last) place.replaceChildren(...answer);
    }, 400);
  });
}

