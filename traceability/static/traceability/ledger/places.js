// Puts every record of a bundle into its place in its entity's chain, also where a record no longer says which it is.
import { fromBase64, toHex } from "./encoding.js";
import { parseLeaf } from "./leaf.js";
import { leafHash } from "./merkle.js";

const BATCH = 64;

// One place for each event that the heads promise: {entity, eseq, bytes, hash, leaf, flaw, anchored, fault}.
// Returns the chains by entity, the records that have no place, and whether the others stand in order.
export async function placeRecords({ heads, records }, onRecords) {
  const chains = new Map();
  for (const { entity, eseq } of heads) {
    chains.set(entity, Array.from({ length: eseq + 1 }, (_, number) => ({ entity, eseq: number, hash: null })));
  }
  const read = [];
  while (read.length < records.length) {
    // Engines hash on threads of their own: many at once take little longer than one.
    read.push(...(await Promise.all(records.slice(read.length, read.length + BATCH).map(readRecord))));
    await onRecords(read.length, records.length);
  }
  return { chains, ...settle(read, chains) };
}

async function readRecord(record) {
  const found = { bytes: null, hash: null, leaf: null, flaw: null };
  try {
    found.bytes = fromBase64(record);
    found.hash = toHex(await leafHash(found.bytes));
    found.leaf = parseLeaf(found.bytes);
  } catch (error) {
    found.flaw = error.message;
  }
  return found;
}

// First to the place that a record itself names; then what is left to the free place that follows its neighbour, for
// records stand in the order of the places.
function settle(read, chains) {
  const order = [...chains.values()].flat();
  const rank = new Map(order.map((place, number) => [place, number]));
  const places = namedPlaces(read, chains);
  const taken = new Set(places.values());
  const strays = [];
  let next = 0;
  read.forEach((record, position) => {
    if (!places.has(position) && next < order.length && !taken.has(order[next])) {
      places.set(position, order[next]);
    }
    if (places.has(position)) {
      next = rank.get(places.get(position)) + 1;
      Object.assign(places.get(position), record);
    } else {
      strays.push(record);
    }
  });
  const ranks = [...places].sort(([left], [right]) => left - right).map(([, place]) => rank.get(place));
  return { strays, inOrder: ranks.every((number, position) => position === 0 || ranks[position - 1] < number) };
}

function namedPlaces(read, chains) {
  const places = new Map();
  const taken = new Set();
  read.forEach(({ leaf }, position) => {
    const place = chains.get(leaf?.entity)?.[leaf.eseq];
    if (place && !taken.has(place)) {
      places.set(position, place);
      taken.add(place);
    }
  });
  return places;
}
