// The box that gives the answer first: what the reader's device found out about all records together.
import { say } from "./words.js";

export async function showProgress(section, done, all) {
  Object.assign(section.querySelector("progress"), { hidden: false, max: all, value: done });
  section.querySelector("[data-line]").textContent = say("checking", { done, all });
  // Gives the browser a moment to draw the bar; not a frame, for which a page in the background waits for ever.
  await new Promise((resolve) => setTimeout(resolve));
}

// `absent` and `waiting` are the places that the page shows and the bundle does not hold; see marks.js.
export function showReport(section, report, { absent, waiting }) {
  const all = report.records.length;
  const broken = report.records.filter(({ state }) => state === "broken");
  const unproven = report.records.filter(({ state }) => state === "unproven");
  const bad = broken.length + absent.length;
  if (report.ok && bad === 0) {
    const { witnesses } = report.checkpoint;
    const seen = witnesses.length > 0 ? ` ${say("witnessed", { names: witnesses.join(say("comma")) })}` : "";
    show(section, "good", say("good", { all }), say("good-why") + seen);
    list(section, waiting.map((name) => [say("waits"), name]));
    return;
  }
  show(section, "bad", bad > 0 ? say("bad", { bad, all }) : say("bad-whole"), say("bad-why"));
  list(section, [
    ...report.problems.map(({ code, message }) => [`${say(code)} (${message})`]),
    ...broken.map(({ code, name }) => [say(code), name]),
    ...absent.map((name) => [say("absent"), name]),
    ...(unproven.length > 0 ? [[say("unproven", { unproven: unproven.length })]] : []),
  ]);
}

// Nothing was found out: not the reader's fault, and not yet the records'.
export function showFailure(section, name, error) {
  if (name === "bad-whole") {
    show(section, "bad", say("bad-whole"), say("bad-why"));
    list(section, [[`${say(error.code)} (${error.message})`]]);
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

// Each line is a text, and where it is about one record, that record's place: its step is named, and linked to.
function list(section, lines) {
  const found = section.querySelector("[data-broken]");
  found.hidden = lines.length === 0;
  found.replaceChildren(
    ...lines.map(([text, place]) => {
      const item = document.createElement("li");
      item.append(...(place ? [stepLink(place), ` ${text}`] : [text]));
      return item;
    }),
  );
}

function stepLink(place) {
  const step = document.querySelector(`[data-place="${CSS.escape(place)}"]`)?.closest("li");
  const link = document.createElement(step ? "a" : "b");
  link.textContent = step?.querySelector("h3, span")?.textContent ?? place;
  if (step) {
    step.id ||= `step-${place}`;
    link.href = `#${encodeURIComponent(step.id)}`;
  }
  return link;
}
