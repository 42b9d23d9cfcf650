// Canonical JSON (RFC 8785), strict reading of it, and the stricter profile of a leaf.
import { textOf } from "./encoding.js";
import { LedgerError } from "./errors.js";

const MAX_DEPTH = 256;
const MAX_PROFILE_DEPTH = 16;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ASCII = /^[\x00-\x7f]*$/;

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
  if (!ASCII.test(text) && text.normalize("NFC") !== text) {
    throw new LedgerError("form", `${path || "value"}: text is not in Unicode form NFC`);
  }
}

function canonicalText(text) {
  if (LONE_SURROGATE.test(text)) {
    throw new LedgerError("form", "a lone surrogate");
  }
  return JSON.stringify(text);
}
