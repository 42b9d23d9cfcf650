// The page's own words, in the reader's language, from the list that the server put into it.
const words = new Map(
  [...document.querySelectorAll("[data-words] dt")].map((term) => [term.textContent, term.nextElementSibling.textContent]),
);

export function say(name, values = {}) {
  const text = words.get(name) ?? name;
  return text.replace(/\{(\w+)\}/g, (_place, value) => values[value]);
}
