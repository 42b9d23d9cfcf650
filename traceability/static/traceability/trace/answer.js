// The box that gives the answer first: what the reader's device found out about all records together.
import { say } from "./words.js";

// So that a bar which is drawn for milliseconds does not slow down what it shows.
const EVERY = 50;

export async function showProgress(section, done, all) {
  const bar = section.querySelector("progress");
  if (done % EVERY === 0) {
    Object.assign(bar, { hidden: false, max: all, value: done });
    section.querySelector("[data-line]").textContent = say("checking", { done, all });
    await new Promise(requestAnimationFrame);
  }
}

// `absent` are the places that the page shows and the bundle does not hold.
export function showReport(section, report, absent) {
  const all = report.records.length;
  const bad = all - report.proven + absent.length;
  if (report.ok && bad === 0) {
    show(section, "good", say("good", { all }), say("good-why"));
    return;
  }
  show(section, "bad", bad > 0 ? say("bad", { bad, all }) : say("bad-whole"), say("bad-why"));
  const broken = report.records.filter(({ state }) => state === "broken");
  list(section, [
    ...report.problems.map(({ code, message }) => `${say(code)} (${message})`),
    ...broken.map(({ code, message }) => `${say(code)} (${message})`),
    ...absent.map((place) => `${say("absent")} (${place})`),
  ]);
}

// Nothing was found out: not the reader's fault, and not yet the records'.
export function showFailure(section, name, error) {
  if (name === "bad-whole") {
    show(section, "bad", say("bad-whole"), say("bad-why"));
    list(section, [`${say(error.code)} (${error.message})`]);
    return;
  }
  show(section, "", say(name), say(`${name}-why`));
  section.querySelector("[data-again]").hidden = false;
}

function show(section, state, line, explanation) {
  section.classList.remove("good", "bad");
  if (state) {
    section.classList.add(state);
  }
  section.dataset.result = state || "unchecked";
  section.querySelector("progress").hidden = true;
  section.querySelector("[data-line]").textContent = line;
  section.querySelector("[data-explain]").textContent = explanation;
  list(section, []);
}

function list(section, lines) {
  const found = section.querySelector("[data-broken]");
  found.hidden = lines.length === 0;
  found.replaceChildren(
    ...lines.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    }),
  );
}
