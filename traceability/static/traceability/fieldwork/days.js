// Days in China, wherever the phone believes to be.
const CHINA_MS = 8 * 3600 * 1000;
const DAY_MS = 24 * 3600 * 1000;

export function dayOf(moment) {
  return new Date(moment.getTime() + CHINA_MS).toISOString().slice(0, 10);
}

export function daysBefore(day, count) {
  return new Date(Date.parse(`${day}T00:00:00Z`) - count * DAY_MS).toISOString().slice(0, 10);
}

export function daysBetween(from, to) {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

// The chosen day at the hour it is now, as the leaf writes moments: UTC, whole seconds.
export function momentOn(day, now) {
  const hour = new Date(now.getTime() + CHINA_MS).toISOString().slice(11, 19);
  return `${new Date(`${day}T${hour}+08:00`).toISOString().slice(0, 19)}Z`;
}

// The sprayings whose wait is not over on a day, the longest first; what is sprayed after the harvest is no concern.
export function waitsOn(day, waits) {
  return waits.filter((one) => one.from <= day && day < one.to).sort((left, right) => (left.to < right.to ? 1 : -1));
}
