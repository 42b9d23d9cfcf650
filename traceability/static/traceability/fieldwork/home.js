// The first screen: plots, the last entry once more, what waits.
import { inWords } from "./bodies.js";
import { daysBetween } from "./days.js";
import { choose, repeatable, todayBy } from "./plots.js";
import { counts } from "./queue.js";
import { copyOf, find, show } from "./screens.js";
import { readableDay, say } from "./words.js";

let armed = "";

export async function showHome(world, again) {
  const { snapshot, plots, chosen } = world;
  const today = todayBy(snapshot);
  document.title = find("title").textContent = say("title", { party: snapshot.party });
  find("date").textContent = readableDay(today);
  find("no-plots").hidden = plots.length > 0;
  find("plots").replaceChildren(...plots.map((plot) => card(plot, { chosen, today, again })));
  showAgain(chosen, again);
  await showBadge();
}

export async function showBadge() {
  const { unsent, failed, photos } = await counts();
  const badge = find("badge");
  badge.hidden = false;
  badge.classList.toggle("failed", failed > 0);
  badge.classList.toggle("done", !(unsent + failed + photos));
  badge.textContent = failed ? say("failed_count", { count: failed }) : unsent + photos ? say("waiting", { count: unsent || photos }) : say("all_sent");
}

function card(plot, { chosen, today, again }) {
  const made = copyOf(plot.season ? "plot-card" : "plot-empty");
  draw(made.querySelector("svg"), plot.picture);
  made.querySelector("b").textContent = [plot.name, say("mu", { mu: plot.mu }), plot.holder?.name].filter(Boolean).join(" · ");
  made.querySelector(".muted").textContent = plot.season ? told(plot, today) : say("no_season");
  const radio = made.querySelector("input");
  if (radio) {
    radio.value = plot.id;
    radio.checked = plot.id === chosen?.id;
    radio.addEventListener("change", async () => {
      await choose(plot);
      armed = "";
      showAgain(plot, again);
    });
  } else {
    made.href = `/plots/${plot.id}/seasons/new/`;
  }
  return made;
}

function told(plot, today) {
  const last = plot.told.at(-1);
  const done = last ? say("did", { what: say(last.type), day: ago(last.day, today) }) : say("nothing_yet");
  return [plot.season.variety || plot.season.crop_name, plot.season.stage, done].filter(Boolean).join(" · ");
}

function ago(day, today) {
  const days = daysBetween(day, today);
  return days > 1 ? say("days_ago", { days }) : say(days === 1 ? "yesterday" : "today");
}

function draw(svg, picture) {
  if (picture) {
    svg.setAttribute("viewBox", `0 0 ${picture.width} ${picture.height}`);
    svg.firstElementChild.setAttribute("d", picture.path);
  }
}

// The first press asks, the second records: a thumb slips, and what is recorded stays.
function showAgain(plot, again) {
  const button = find("again");
  const last = repeatable(plot);
  button.hidden = !last;
  if (!last) {
    return;
  }
  const mark = `${plot.id} ${last.type} ${last.day}`;
  const [title, where] = button.children;
  title.textContent = say("again", { what: inWords(last.type, last.body) });
  where.textContent = armed === mark ? say("again_press") : say("again_where", { plots: plot.name });
  button.classList.toggle("armed", armed === mark);
  button.onclick = async () => {
    const sure = armed === mark;
    armed = sure ? "" : mark;
    showAgain(plot, again);
    if (sure) {
      await again(plot, last);
    }
  };
}

export function showStatus(text) {
  show(find("status"), text);
}
