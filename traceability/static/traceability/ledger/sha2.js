// SHA-256 and SHA-512 by the engine, and by a script where the engine keeps them from pages without TLS.
import { concat } from "./encoding.js";

const BLOCK = 64;

export async function sha256(bytes) {
  return digest("SHA-256", bytes);
}

export async function sha512(bytes) {
  return digest("SHA-512", bytes);
}

// HMAC (RFC 2104). Requires a key of at most 64 bytes.
export async function hmacSha256(key, message) {
  const padded = (fill) => Uint8Array.from({ length: BLOCK }, (_, position) => (key[position] ?? 0) ^ fill);
  return sha256(concat(padded(0x5c), await sha256(concat(padded(0x36), message))));
}

async function digest(name, bytes) {
  if (globalThis.crypto?.subtle) {
    return new Uint8Array(await crypto.subtle.digest(name, bytes));
  }
  const scripted = await import("../../vendor/noble-hashes/sha2.js");
  return (name === "SHA-256" ? scripted.sha256 : scripted.sha512)(bytes);
}
