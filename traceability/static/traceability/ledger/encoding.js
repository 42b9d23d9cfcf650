// Texts of bytes and numbers that have one spelling only. What is signed or hashed takes no other.
import { LedgerError } from "./errors.js";

// The last character before the padding may not hold stray bits: two texts would stand for the same bytes.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;
const DECIMAL = /^(?:0|[1-9][0-9]{0,19})$/;
const MAX_UINT64 = 2n ** 64n - 1n;
const encoder = new TextEncoder();

export function bytesOf(text) {
  return encoder.encode(text);
}

// Refuses what is not UTF-8; a byte order mark is a character like any other.
export function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new LedgerError("form", "not UTF-8");
  }
}

export function fromBase64(text) {
  if (typeof text !== "string" || !BASE64.test(text)) {
    throw new LedgerError("form", "not canonical base64");
  }
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function hashFromBase64(text) {
  const bytes = fromBase64(text);
  if (bytes.length !== 32) {
    throw new LedgerError("form", `a hash of ${bytes.length} bytes in place of 32`);
  }
  return bytes;
}

export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Requires an even number of hexadecimal digits.
export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// ASCII digits below 2^64 without sign or leading zero, as a BigInt.
export function decimalNumber(text) {
  if (!DECIMAL.test(text) || BigInt(text) > MAX_UINT64) {
    throw new LedgerError("form", `not a decimal number: ${text.slice(0, 24)}`);
  }
  return BigInt(text);
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

// Of what both sides may know: nothing here is secret, so it need not take the same time for every answer.
export function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, position) => byte === right[position]);
}
