// A mark beside every record that the page shows; tapping it says why, and shows the record itself.
import { say } from "./words.js";

// What the page shows as published, which is linked to its proof.
export function publishedPlaces() {
  return [...document.querySelectorAll("[data-place]")].filter((shown) => shown.querySelector("a"));
}

// Returns the places that the page shows and the report does not know: `absent` ones, which the page shows as published,
// and `waiting` ones, which nothing vouches for yet.
export function markRecords(report) {
  const verdicts = new Map(report.records.map((record) => [record.name, record]));
  const absent = [];
  const waiting = [];
  for (const shown of document.querySelectorAll("[data-place]")) {
    const verdict = verdicts.get(shown.dataset.place);
    shown.querySelector("button")?.remove();
    if (verdict) {
      mark(shown, verdict);
    } else if (shown.querySelector("a")) {
      absent.push(shown.dataset.place);
      mark(shown, { state: "broken", code: "absent", message: shown.dataset.place, leaf: null });
    } else {
      waiting.push(shown.dataset.place);
    }
  }
  return { absent, waiting };
}

function mark(shown, verdict) {
  const good = verdict.state === "proven";
  const reason = say(verdict.code ?? "proven");
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-label", reason);
  button.title = reason;
  const sign = document.createElement("i");
  sign.className = `mark ${{ proven: "good", broken: "bad" }[verdict.state] ?? ""}`;
  button.append(sign);
  button.addEventListener("click", () => toggle(shown, button, verdict));
  shown.dataset.state = verdict.state;
  shown.append(button);
  if (!good) {
    shown.closest("li").classList.add(verdict.state === "broken" ? "bad" : "waits");
  }
}

function toggle(shown, button, verdict) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  const holder = shown.closest("p");
  holder.parentElement.querySelector(`.why[data-of="${CSS.escape(shown.dataset.place)}"]`)?.remove();
  if (!open) {
    holder.after(panel(shown.dataset.place, verdict));
  }
}

function panel(place, verdict) {
  const box = document.createElement("div");
  box.className = "why";
  box.dataset.of = place;
  box.append(line("p", say(verdict.code ?? "proven")));
  if (verdict.message) {
    box.append(line("code", verdict.message));
  }
  if (verdict.leaf) {
    const heading = verdict.state === "proven" ? "raw" : "raw-bad";
    box.append(line("p", say(heading)), line("pre", JSON.stringify(verdict.leaf, null, 2)));
  }
  return box;
}

function line(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}
