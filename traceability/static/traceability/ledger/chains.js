// Follows each chain back from what the checkpoint's tree holds, and says which record is damaged and which is only
// out of reach behind it. A place is `anchored` when a proven hash names its record and the record is sound; a `fault`
// says what is wrong with it.
import { fromHex, hashFromBase64 } from "./encoding.js";
import { verifyInclusion } from "./merkle.js";

export const placeName = ({ entity, eseq }) => `${entity}#${eseq}`;

export function blame(place, code, message, detail = {}) {
  place.fault ??= { code, message: `${placeName(place)}: ${message}`, detail };
}

// Anchors the heads in the tree of the checkpoint and walks back from them; then walks from every input that an
// anchored record names, for it may lead behind a damaged one. Returns what is wrong with the list of heads itself.
export async function followChains(chains, heads, checkpoint) {
  const problems = [];
  const reached = [];
  const anchors = await Promise.all(
    heads.map((head) => anchoredHash(head, chains.get(head.entity)[head.eseq], checkpoint, problems)),
  );
  heads.forEach(({ entity, eseq }, position) => {
    if (anchors[position]) {
      walk(chains.get(entity), { eseq, expected: anchors[position], namer: null, origin: checkpoint.origin, reached });
    }
  });
  // The list grows while it is read: what an input leads to has inputs of its own.
  for (const place of reached) {
    for (const input of place.leaf.inputs ?? []) {
      followInput(place, input, { chains, origin: checkpoint.origin, reached });
    }
  }
  chains.forEach(markOutOfReach);
  return problems;
}

// The hash that the tree holds for the last event of a chain, or null where the proof leads nowhere.
async function anchoredHash(head, place, checkpoint, problems) {
  if (await isInTree(head.head, head, checkpoint)) {
    return head.head;
  }
  const isHeld = place.hash !== null && (await isInTree(place.hash, head, checkpoint));
  problems.push({
    code: isHeld ? "form" : "tree",
    message: `heads: ${placeName(place)} ${isHeld ? "has another hash" : "is not in the checkpoint's tree by its proof"}`,
  });
  return isHeld ? place.hash : null;
}

async function isInTree(hash, { index, proof }, { size, root }) {
  try {
    await verifyInclusion({ leafHash: fromHex(hash), index: BigInt(index), size, proof: proof.map(hashFromBase64), root });
    return true;
  } catch {
    return false;
  }
}

function walk(chain, { eseq, expected, namer, origin, reached }) {
  for (let number = eseq; number >= 0 && !chain[number].anchored; number -= 1) {
    const place = chain[number];
    if (!isNamed(place, expected, namer)) {
      return;
    }
    checkContent(place, origin);
    if (place.fault) {
      return;
    }
    place.anchored = true;
    reached.push(place);
    [expected, namer] = [place.leaf.prev, place];
  }
}

function isNamed(place, expected, namer) {
  const by = namer ? placeName(namer) : "the checkpoint's tree";
  if (!place.bytes) {
    const reason = place.flaw ? `its record is ${place.flaw}` : "its record is missing";
    blame(place, place.flaw ? "bytes" : "gone", `${reason}; ${by} names ${expected}`, { by });
  } else if (place.hash !== expected) {
    blame(place, "bytes", `its bytes hash to ${place.hash}, but ${by} names ${expected}`, { by });
  }
  return place.hash === expected;
}

// What the log itself should not have taken.
function checkContent(place, origin) {
  const { leaf } = place;
  if (!leaf) {
    blame(place, "form", place.flaw);
  } else if (leaf.entity !== place.entity || leaf.eseq !== place.eseq) {
    blame(place, "place", `its record says that it is ${placeName(leaf)}`);
  } else if (leaf.log !== origin) {
    blame(place, "origin", `its record belongs to the log ${leaf.log}, and the checkpoint to ${origin}`);
  }
}

function followInput(place, input, { chains, origin, reached }) {
  const chain = chains.get(input.entity);
  const source = chain?.[input.eseq];
  if (!source) {
    blame(place, "input", `it builds on ${placeName(input)}, which the bundle does not hold`);
  } else if (!source.anchored) {
    walk(chain, { eseq: input.eseq, expected: input.head, namer: place, origin, reached });
  } else if (source.hash !== input.head) {
    blame(place, "input", `it builds on ${placeName(input)} with the hash ${input.head}, and that record has another`);
  }
}

// Going back, whatever is neither anchored nor at fault lies behind what is, or under a head without a proof.
function markOutOfReach(chain) {
  let barrier = null;
  for (const place of [...chain].reverse().filter(({ anchored }) => !anchored)) {
    if (!place.fault && barrier) {
      blame(place, "behind", `cannot be reached: ${placeName(barrier)} after it is damaged`, { by: placeName(barrier) });
    } else if (!place.fault) {
      blame(place, "tree", "the checkpoint's tree is not proven to hold it");
    } else {
      barrier = place;
    }
  }
}
