// Names that no two records share.
import { bytesOf, toHex } from "../ledger/encoding.js";

// Random (RFC 9562, 5.4); older engines have no function of their own for it.
export function newUuid() {
  return uuidOf(crypto.getRandomValues(new Uint8Array(16)), 0x40);
}

// The name by which an entry's lot will be known (RFC 9562, 5.5): the server reckons the same.
export async function namedUuid(space, name) {
  const spaced = Uint8Array.from(space.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16));
  const whole = Uint8Array.from([...spaced, ...bytesOf(name)]);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-1", whole)).slice(0, 16);
  return uuidOf(bytes, 0x50);
}

function uuidOf(bytes, kind) {
  bytes[6] = (bytes[6] & 0x0f) | kind;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
