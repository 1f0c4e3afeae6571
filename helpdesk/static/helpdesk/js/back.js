// Back and forward between tickets of one list swap what opening them swaps, not the whole page.
const number = ({ pathname }) => pathname.match(/^\/tickets\/(\d+)\/$/)?.[1];
const listOf = ({ searchParams }) => {
  const list = new URLSearchParams(searchParams);
  for (const name of ["tab", "show", "earlier"]) list.delete(name);
  return list.toString();
};

let shown;
const remember = () => { shown = new URL(location.href); };
for (const name of ["htmx:pushedIntoHistory", "htmx:historyRestore"]) document.addEventListener(name, remember);
remember();

document.addEventListener("htmx:historyCacheMiss", (event) => {
  const [before, { path }] = [shown, event.detail];
  remember();
  const isBeside = number(before) && number(shown) && listOf(before) === listOf(shown);
  if (!isBeside || !document.getElementById("conversation")) return;
  event.preventDefault();
  const isSame = number(before) === number(shown);
  if (!isSame) document.dispatchEvent(new Event("ticket-leaving"));
  // The same ticket has only another panel beside it, and whatever is being written stays.
  htmx.ajax("GET", path, { target: isSame ? "#context" : "#conversation", swap: "outerHTML" })
    .then(() => document.dispatchEvent(new Event("notifications-read")), () => location.reload());
});
