// Hashes and inclusion proofs of an RFC 6962 tree.
import { concat, sameBytes } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { sha256 } from "./sha2.js";

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

// The prefix keeps a node from passing as a leaf (RFC 6962, 2.1).
export async function leafHash(bytes) {
  return sha256(concat(LEAF_PREFIX, bytes));
}

export async function nodeHash(left, right) {
  return sha256(concat(NODE_PREFIX, left, right));
}

// Checks that the tree of this size and root holds the leaf at the index (RFC 9162, 2.1.3.2); both are BigInt.
export async function verifyInclusion({ leafHash: leaf, index, size, proof, root }) {
  if (index < 0n || index >= size) {
    throw new LedgerError("tree", `inclusion: index ${index} is outside a tree of ${size}`);
  }
  if ([leaf, root, ...proof].some((hash) => hash.length !== 32)) {
    throw new LedgerError("tree", "inclusion: a hash that is not 32 bytes long");
  }
  if (proof.length !== inclusionLength(index, size)) {
    throw new LedgerError("tree", `inclusion: ${proof.length} hashes do not fit index ${index} of ${size}`);
  }
  if (!sameBytes(await rootFrom(leaf, index, size, proof), root)) {
    throw new LedgerError("tree", `inclusion: the proof of index ${index} does not lead to the root of size ${size}`);
  }
}

async function rootFrom(leaf, index, size, proof) {
  let [node, last, hash] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (node & 1n || node === last) {
      hash = await nodeHash(sibling, hash);
      // A node at the right edge without a sibling rises unhashed, until it is a right child.
      while (node && !(node & 1n)) {
        [node, last] = [node >> 1n, last >> 1n];
      }
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return hash;
}

// Below the point where the paths of the leaf and of the last leaf part, every level gives a sibling; above it, only
// those levels where the path turns right.
function inclusionLength(index, size) {
  const inner = bits(index ^ (size - 1n)).length;
  return inner + bits(index >> BigInt(inner)).replaceAll("0", "").length;
}

function bits(number) {
  return number === 0n ? "" : number.toString(2);
}
