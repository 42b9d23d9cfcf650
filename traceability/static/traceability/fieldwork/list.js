// The screen of what waits, what arrived, and what failed and why.
import { showTicket } from "./ticket.js";
import { entries, forget, retry, status } from "./queue.js";
import { copyOf, find, show } from "./screens.js";
import { all } from "./store.js";
import { readableDay, readableMoment, say } from "./words.js";

const MOST = 100;

export async function showQueue(actor) {
  const rows = await entries();
  const photos = new Map((await all("photos")).map((photo) => [photo.sha256, photo]));
  const others = rows.filter((row) => row.actor !== actor && row.state === "waiting").length;
  const problem = status.problem && rows.length ? say(status.problem) : "";
  show(find("problem"), [problem, others && say("somebody_else", { count: others })].filter(Boolean).join(" "));
  find("entries").replaceChildren(...rows.slice(0, MOST).map((row) => line(row, photos)));
}

function line(row, photos) {
  const made = copyOf("queue-row");
  made.querySelector("b").textContent = [row.shown.what, row.shown.plot].join(" · ");
  const recorded = row.recorded_at && say("recorded_at", { time: readableMoment(row.recorded_at) });
  find("when", made).textContent = [readableDay(row.shown.day), row.shown.holder && say("for_other", { name: row.shown.holder }), recorded].filter(Boolean).join(" · ");
  const pictures = row.photos.map((key) => photos.get(key)).filter(Boolean);
  const later = row.state === "sent" && pictures.some((photo) => photo.state === "waiting");
  const state = made.querySelector(".state");
  state.textContent = say(later ? "photo_waiting" : `state_${row.state}`);
  state.className = `state ${later ? "waiting" : row.state}-state`;
  show(find("reason", made), row.reason || pictures.map((photo) => photo.reason).filter(Boolean).join(" "));
  find("failed", made).hidden = row.state !== "failed";
  find("retry", made).addEventListener("click", () => retry(row.id));
  find("forget", made).addEventListener("click", () => forget(row.id));
  const link = find("show", made);
  link.hidden = !row.lot;
  link.href = `#done/${row.id}`;
  return made;
}

export async function showDone(id, text) {
  const row = (await entries()).find((one) => one.id === id);
  find("done").textContent = text || (row ? `${row.shown.what} · ${row.shown.plot}` : "");
  showTicket(row);
}
