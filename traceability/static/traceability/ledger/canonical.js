// Canonical JSON (RFC 8785), strict reading of it, and the stricter profile of a leaf.
import { textOf } from "./encoding.js";
import { LedgerError } from "./errors.js";

const MAX_DEPTH = 256;
const MAX_PROFILE_DEPTH = 16;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ASCII = /^[\x00-\x7f]*$/;
// Characters that compose, decompose or move only since Unicode 15. They are left as they were in Unicode 14, where
// nothing did, whatever version runs this: a text does not pass here and fail in a newer browser.
const NEWER = new RegExp(
  "["
    + "\\u{0897}\\u{1acf}-\\u{1add}\\u{1ae0}-\\u{1aeb}\\u{105c9}\\u{105d2}\\u{105da}\\u{105e4}\\u{10d69}-\\u{10d6d}"
    + "\\u{10efa}-\\u{10efb}\\u{10efd}-\\u{10eff}\\u{11382}-\\u{11385}\\u{1138b}\\u{1138e}\\u{11390}-\\u{11391}"
    + "\\u{113b8}\\u{113bb}\\u{113c2}\\u{113c5}\\u{113c7}-\\u{113c9}\\u{113ce}-\\u{113d0}\\u{11f41}-\\u{11f42}"
    + "\\u{1611e}-\\u{16129}\\u{1612f}\\u{16d63}\\u{16d67}-\\u{16d6a}\\u{1e08f}\\u{1e4ec}-\\u{1e4ef}"
    + "\\u{1e5ee}-\\u{1e5ef}\\u{1e6e3}\\u{1e6e6}\\u{1e6ee}-\\u{1e6ef}\\u{1e6f5}"
    + "]", "u",
);

export function canonicalize(value, depth = MAX_DEPTH) {
  if (value === null || typeof value === "boolean") {
    return String(value);
  }
  if (typeof value === "string") {
    return canonicalText(value);
  }
  if (typeof value === "number" && Number.isFinite(value)) {
    return JSON.stringify(value); // ECMAScript's own form of numbers is the one that RFC 8785 (3.2.2.3) asks for
  }
  if (typeof value !== "object" || depth === 0) {
    throw new LedgerError("form", typeof value === "object" ? `nested deeper than ${MAX_DEPTH}` : `${value} is not JSON`);
  }
  if (Array.isArray(value)) {
    return `[${value.map((item) => canonicalize(item, depth - 1)).join(",")}]`;
  }
  // The default order of sort() is that of UTF-16 units, as RFC 8785 (3.2.3) asks for.
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${canonicalText(name)}:${canonicalize(value[name], depth - 1)}`).join(",")}}`;
}

// Reads JSON that must already be in its canonical bytes. Duplicate names, other spellings and numbers that a double
// does not hold do not survive being written again.
export function parseCanonical(bytes) {
  const text = textOf(bytes);
  const value = parseText(text);
  if (canonicalize(value) !== text) {
    throw new LedgerError("form", "not in canonical form (RFC 8785)");
  }
  return value;
}

export function parseText(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LedgerError("form", `not JSON: ${error.message}`);
  }
}

// Text in NFC, integers within +-(2^53-1), no other number, names in ASCII, nesting up to 16.
export function checkProfile(value, path = "", depth = 0) {
  if (typeof value === "string") {
    checkText(value, path);
  } else if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new LedgerError("form", `${path || "value"}: not an integer within +-(2^53-1); write decimals as text`);
    }
  } else if (typeof value === "object" && value !== null) {
    if (depth === MAX_PROFILE_DEPTH) {
      throw new LedgerError("form", `${path || "value"}: nested deeper than ${MAX_PROFILE_DEPTH}`);
    }
    checkItems(value, path, depth + 1);
  }
}

function checkItems(value, path, depth) {
  if (Array.isArray(value)) {
    value.forEach((item, position) => checkProfile(item, `${path}[${position}]`, depth));
    return;
  }
  for (const name of Object.keys(value)) {
    if (!ASCII.test(name)) {
      throw new LedgerError("form", `${path || "value"}: member name ${name.slice(0, 80)} is not ASCII`);
    }
    checkProfile(value[name], path ? `${path}.${name}` : name, depth);
  }
}

function checkText(text, path) {
  if (!ASCII.test(text) && !text.split(NEWER).every((part) => part.normalize("NFC") === part)) {
    throw new LedgerError("form", `${path || "value"}: text is not in Unicode form NFC`);
  }
}

function canonicalText(text) {
  if (LONE_SURROGATE.test(text)) {
    throw new LedgerError("form", "a lone surrogate");
  }
  return JSON.stringify(text);
}
