// The plots as the phone knows them: what the server told, and on top of it what lies here.
import { dayOf } from "./days.js";
import { entries } from "./queue.js";
import { keep, kept } from "./store.js";

const REPEATED = new Set(["growth.irrigated", "growth.fertilised", "growth.sprayed", "growth.tended"]);

// Gives {snapshot, plots, here, chosen}, or null before the first visit with a network.
export async function world() {
  const snapshot = await kept("snapshot");
  if (!snapshot) {
    return null;
  }
  const here = (await entries()).filter((row) => row.state !== "failed" && row.actor === snapshot.actor.id).reverse();
  const plots = snapshot.plots.map((plot) => ({ ...plot, told: plot.season ? toldOf(plot.season, here) : [] }));
  const grown = plots.filter((plot) => plot.season);
  const last = await kept("plot");
  return { snapshot, plots, here, chosen: grown.find((plot) => plot.id === last) ?? grown[0] };
}

export function choose(plot) {
  return keep("plot", plot.id);
}

// The phone's clock, put right by what the server last said of it, where it is off by more than a network's delay.
export function nowBy(snapshot) {
  const skew = Math.abs(snapshot.skew ?? 0) > 60000 ? snapshot.skew : 0;
  return new Date(Date.now() - skew);
}

export function todayBy(snapshot) {
  return dayOf(nowBy(snapshot));
}

export function lastOf(plot, type, product) {
  return plot?.told.findLast((one) => one.type === type && (product === undefined || one.body.product === product));
}

export function repeatable(plot) {
  return plot?.told.findLast((one) => REPEATED.has(one.type));
}

// What must be waited for before harvest: what the server knows, and what was sprayed since on this phone.
export function waitsOf(plot) {
  const sprayed = plot.told.filter((one) => one.here && one.type === "growth.sprayed");
  const mine = sprayed.map((one) => ({ product: one.body.product, from: one.day, to: plus(one.day, one.body.phi_days) }));
  return [...plot.season.waits, ...mine];
}

export function plus(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86400000).toISOString().slice(0, 10);
}

function toldOf(season, here) {
  const mine = here
    .filter((row) => row.sent.content.entity === season.entity)
    .map(({ sent: { content } }) => ({ type: content.type, day: content.body.date, body: content.body, here: true }));
  return [...season.last, ...mine].sort((left, right) => (left.day < right.day ? -1 : left.day > right.day ? 1 : 0));
}
