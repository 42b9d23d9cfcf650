// The texts of scripts, in the language of the page.
const texts = JSON.parse(document.getElementById("words").textContent);

export function say(name, places = {}) {
  return (texts[name] ?? name).replace(/\{(\w+)\}/g, (place, key) => places[key] ?? place);
}

export const language = document.documentElement.lang;

export function readableDay(day) {
  const year = day.slice(0, 4) === String(new Date().getFullYear()) ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { year, month: "long", day: "numeric", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

export function readableMoment(moment) {
  return new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Shanghai" }).format(new Date(moment));
}
