// What scripts say, in the language of the page (components/_words.html), with {name} filled in.
const words = document.getElementById("words").dataset;
export const word = (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
