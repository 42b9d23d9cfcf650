// Checkpoints: what a log says that it holds (c2sp.org/tlog-checkpoint).
import { decimalNumber, hashFromBase64, sameBytes } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { openNote } from "./note.js";
import { sha256 } from "./sha2.js";

const wrong = (message) => new LedgerError("checkpoint", message);

// The text of a checkpoint without its signatures; the size is a BigInt.
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("") || /[\x00-\x09\x0b-\x1f]/.test(text)) {
    throw wrong("checkpoint: not three or more non-empty lines");
  }
  const [origin, size, root] = lines;
  return { origin, size: decimalNumber(size), root: hashFromBase64(root) };
}

// Verifies a signed checkpoint and returns it with the keys that signed it, and how many other keys did.
export async function openCheckpoint(note, vkeys) {
  const { text, ...signed } = await openNote(note, vkeys);
  const checkpoint = parseCheckpoint(text);
  if (checkpoint.size === 0n && !sameBytes(checkpoint.root, await sha256(new Uint8Array()))) {
    throw wrong("checkpoint: size 0 with a root that is not the empty tree's");
  }
  return { ...checkpoint, ...signed };
}
