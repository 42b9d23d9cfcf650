// Signed notes and their keys, byte for byte as c2sp.org/signed-note and c2sp.org/tlog-cosignature have them.
import { checkPublicKey, verifySignature } from "./ed25519.js";
import { bytesOf, concat, fromBase64, toHex } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { sha256 } from "./sha2.js";

const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const ED25519 = 0x01;
const COSIGNATURE_V1 = 0x04;
const MAX_TIME = 2n ** 63n - 1n;
const CONTROL = /[\x00-\x09\x0b-\x1f]/;
// Unicode's White_Space, and what joins the parts of a key.
const NOT_IN_NAME = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]/;

const wrong = (message) => new LedgerError("checkpoint", message);

// name+id+base64 of the type and the key; types 0x01 and 0x04 are known.
export async function parseVkey(text) {
  const [, name, id, encoded] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/su.exec(text) ?? [];
  if (name === undefined) {
    throw wrong("verifier key: not of the form name+id+base64");
  }
  checkName(name);
  const material = fromBase64(encoded);
  const key = { name, id, type: material[0], public: material.subarray(1), text };
  if (key.type !== ED25519 && key.type !== COSIGNATURE_V1) {
    throw wrong(`verifier key ${name}: unknown type ${key.type}`);
  }
  checkPublicKey(key.public);
  const digest = await sha256(concat(bytesOf(`${name}\n`), material));
  if (toHex(digest.subarray(0, 4)) !== id) {
    throw wrong(`verifier key ${name}: the key id does not match the key`);
  }
  return key;
}

// Returns the text, the keys that signed it, and how many other keys did. One false signature in the name of a trusted key condemns the note.
export async function openNote(note, vkeys) {
  const { text, signatures } = parseNote(note);
  const keys = await Promise.all(vkeys.map(parseVkey));
  const signers = [];
  let strangers = 0;
  for (const line of signatures) {
    const named = keys.filter((key) => key.name === line.name && key.id === line.id);
    if (named.length > 1) {
      throw wrong(`note: key ${line.name}+${line.id} is ambiguous among the trusted keys`);
    }
    if (named.length === 0) {
      strangers += 1;
      continue;
    }
    await verifyLine(line, named[0], text);
    signers.push(named[0]);
  }
  if (signers.length === 0) {
    throw wrong("note: no signature of a trusted key");
  }
  return { text, signers, strangers };
}

export function parseNote(note) {
  if (bytesOf(note).length > MAX_NOTE_BYTES || CONTROL.test(note) || /\p{Surrogate}/u.test(note)) {
    throw wrong("note: too long, or with a control character");
  }
  const end = note.lastIndexOf("\n\n");
  if (end < 0 || !note.endsWith("\n") || end + 2 >= note.length) {
    throw wrong("note: no signatures after a last empty line");
  }
  // The same line twice counts once.
  const lines = note.slice(end + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) {
    throw wrong(`note: ${lines.length} signatures, more than ${MAX_SIGNATURES}`);
  }
  return { text: note.slice(0, end + 1), signatures: [...new Set(lines)].map(parseLine) };
}

function parseLine(line) {
  const [, name, encoded] = /^— ([^ ]*) (.*)$/su.exec(line) ?? [];
  if (name === undefined) {
    throw wrong("note: a signature line is not a dash, a name and base64");
  }
  checkName(name);
  const blob = fromBase64(encoded);
  if (blob.length <= 4) {
    throw wrong(`note: signature of ${name} is too short`);
  }
  return { name, id: toHex(blob.subarray(0, 4)), signature: blob.subarray(4) };
}

async function verifyLine(line, key, text) {
  if (key.type === ED25519) {
    await verifySignature(key.public, line.signature, bytesOf(text));
    return;
  }
  const time = BigInt(`0x${toHex(line.signature.subarray(0, 8)) || "0"}`);
  await verifySignature(key.public, line.signature.subarray(8), bytesOf(`cosignature/v1\ntime ${time}\n${text}`));
  if (time > MAX_TIME) {
    throw wrong(`note: key ${key.name}: a time beyond 2^63`);
  }
}

function checkName(name) {
  if (!name || NOT_IN_NAME.test(name)) {
    throw wrong(`key name ${name.slice(0, 80)} is empty or holds a space or plus`);
  }
}
