// What waits for the server. An entry stands here before anybody is told that it is recorded, and goes on by itself;
// what the server refuses stays with its reason, and holds up nothing.
import { deviceKey, registered } from "./device.js";
import { AwayError, LoggedOutError, RefusedError, fetchSnapshot, isKnown, post, putPhoto } from "./network.js";
import { sealed } from "./records.js";
import { add, all, change, drop, keep, kept, one } from "./store.js";

const LOCK = "suyuan-fields-sync";
const AT_ONCE = 20;
const SOON_MS = 4000;
const LATEST_MS = 10 * 60 * 1000;
const KEPT_MS = 60 * 24 * 3600 * 1000;
const STALE_MS = 10 * 60 * 1000;
const listeners = new Set();
const channel = "BroadcastChannel" in window ? new BroadcastChannel(LOCK) : null;
export const status = { problem: "", tries: 0 };
let timer = 0;
let running = false;
let wanted = false;

export function onChange(listener) {
  listeners.add(listener);
}

// Signs and keeps entries; `said` as records.js takes it, `shown` is what lists say of it.
export async function enqueue(saidOnes, who, photos) {
  const device = await deviceKey(who.actor.id);
  const savedAt = new Date().toISOString();
  const rows = [];
  for (const { shown, ...said } of saidOnes) {
    const sent = await sealed({ ...said, photos }, who, device, savedAt);
    rows.push({ id: said.id, state: "waiting", actor: who.actor.id, saved_at: savedAt, sent, shown, photos: photos.map((photo) => photo.sha256) });
  }
  await add(rows, photos.map((photo) => ({ ...photo, state: "waiting" })));
  await told();
  wake();
}

export async function entries() {
  return (await all("entries")).sort((left, right) => (left.saved_at < right.saved_at ? 1 : -1));
}

export async function counts() {
  const [rows, photos] = [await all("entries"), await all("photos")];
  const unsent = rows.filter((row) => row.state === "waiting").length;
  const failed = rows.filter((row) => row.state === "failed").length;
  return { unsent, failed, photos: photos.filter((photo) => photo.state === "waiting").length };
}

// Sends a refused entry once more, as it was signed.
export async function retry(id) {
  await change("entries", id, { state: "waiting", reason: "" });
  await told();
  wake();
}

export async function forget(id) {
  await drop("entries", [id]);
  await told();
}

// Tries now, however long the wait would still be.
export function wake() {
  status.tries = 0;
  clearTimeout(timer);
  timer = setTimeout(sync, 0);
}

export function start() {
  addEventListener("online", wake);
  addEventListener("offline", () => told());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
  channel?.addEventListener("message", () => tell());
  wake();
}

async function sync() {
  wanted = true;
  if (running) {
    return;
  }
  running = true;
  wanted = false;
  try {
    await alone(work);
    Object.assign(status, { problem: "", tries: 0 });
  } catch (error) {
    later(error);
  } finally {
    running = false;
    // Somebody called while a request hung in the air: what came since must not wait for the next timer.
    if (wanted) {
      wake();
    }
    await told();
  }
}

// One tab at a time. Where the browser knows no locks two may send at once: the server takes the same entry once.
function alone(job) {
  return navigator.locks ? navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && job()) : job();
}

async function work() {
  const snapshot = await freshSnapshot();
  const mine = ({ actor, sent }) => actor === snapshot.actor.id && sent.content.actor.party === snapshot.actor.party;
  let waiting = (await entries()).filter((row) => row.state === "waiting" && mine(row)).reverse();
  // Who may not record has no plots, and needs no key.
  if (snapshot.plots.length) {
    await registered(await deviceKey(snapshot.actor.id), { actor: snapshot.actor.id, log: snapshot.log, party: snapshot.actor.party }, post);
  }
  const some = waiting.length > 0;
  for (; waiting.length; waiting = waiting.slice(AT_ONCE)) {
    await sendEntries(waiting.slice(0, AT_ONCE)).catch((error) => sendApart(waiting.slice(0, AT_ONCE), error));
  }
  await sendPhotos();
  await tidy();
  if (some) {
    await renewSnapshot();
  }
}

async function sendEntries(rows) {
  const answer = await post("entries", { sent_at: new Date().toISOString(), entries: rows.map((row) => row.sent) });
  for (const result of answer.results) {
    await settle(result);
  }
  await told();
  const wait = answer.results.find((result) => result.state === "later");
  if (wait) {
    throw new AwayError("later", wait.retry_after);
  }
}

// The server took none of them: one by one it is seen which one it does not take.
async function sendApart(rows, error) {
  if (!(error instanceof RefusedError)) {
    throw error;
  }
  if (rows.length === 1) {
    await change("entries", rows[0].id, { state: "failed", reason: error.message });
    return;
  }
  for (const row of rows) {
    await sendEntries([row]).catch((fault) => sendApart([row], fault));
  }
}

async function settle(result) {
  if (result.errors?.some((fault) => fault.rule === "other_actor")) {
    // Somebody else has logged in meanwhile: it waits until its own person is back.
    await keep("snapshot", undefined);
  } else if (result.state === "refused") {
    await change("entries", result.id, { state: "failed", reason: result.errors.map((fault) => fault.message).join(" ") });
  } else if (result.state !== "later") {
    await change("entries", result.id, { state: "sent", recorded_at: result.recorded_at, lot: result.lot });
  }
}

// Photos follow the records that name them: what matters most goes first on a weak network.
async function sendPhotos() {
  const named = new Set((await all("entries")).filter((row) => row.state === "sent").flatMap((row) => row.photos));
  const keys = (await all("photos")).filter((photo) => photo.state === "waiting" && named.has(photo.sha256)).map((photo) => photo.sha256);
  for (const key of keys) {
    const photo = await one("photos", key);
    try {
      await putPhoto(key, photo.bytes);
      await drop("photos", [key]);
    } catch (error) {
      if (!(error instanceof RefusedError)) {
        throw error;
      }
      await change("photos", key, { state: "failed", reason: error.message });
    }
    await told();
  }
}

async function tidy() {
  const old = new Date(Date.now() - KEPT_MS).toISOString();
  await drop("entries", (await all("entries")).filter((row) => row.state === "sent" && row.saved_at < old).map((row) => row.id));
}

async function freshSnapshot() {
  const known = await kept("snapshot");
  // A page that has just begun may belong to another person than the last one.
  return known && isKnown() && Date.now() - known.fetched < STALE_MS ? known : renewSnapshot();
}

async function renewSnapshot() {
  const asked = Date.now();
  const snapshot = await fetchSnapshot();
  // How far the phone's clock is off, so that what is logged next bears a likely time.
  const skew = (asked + Date.now()) / 2 - Date.parse(snapshot.server_time);
  const whole = { ...snapshot, fetched: Date.now(), skew };
  await keep("snapshot", whole);
  return whole;
}

// Comes again later each time, up to ten minutes, and apart by chance from other phones that lost the same network.
function later(error) {
  status.problem = error instanceof LoggedOutError ? "log_in" : error instanceof AwayError && error.retrySeconds ? "server_busy" : "no_network";
  if (!(error instanceof AwayError || error instanceof LoggedOutError)) {
    console.error(error);
  }
  const wait = Math.min(LATEST_MS, SOON_MS * 2 ** status.tries) * (0.75 + Math.random() / 2);
  status.tries += 1;
  clearTimeout(timer);
  timer = setTimeout(sync, Math.max(wait, (error.retrySeconds ?? 0) * 1000));
}

async function told() {
  channel?.postMessage("changed");
  await tell();
}

async function tell() {
  for (const listener of listeners) {
    await listener();
  }
}
