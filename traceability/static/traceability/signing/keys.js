// The key of this browser: made here and kept here. Its secret half cannot be read, not even by this script.
import { bytesOf, concat, toBase64, toHex } from "../ledger/encoding.js";
import { canonicalize } from "../ledger/canonical.js";

const DATABASE = "suyuan-signing";
const STORE = "keys";
const ALGORITHM = { name: "Ed25519" };
const CLAIM_DOMAIN = bytesOf("suyuan/key/v1\n");

// `owner` names person, party and log: who shares a browser with others signs with none of their keys.
export function ownerOf({ actor, party, log }) {
  return `${actor} ${party} ${log}`;
}

// Null where this browser has no Ed25519.
export async function makeKey(owner) {
  let pair;
  try {
    pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  } catch {
    return null;
  }
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = { owner, secret: pair.privateKey, public: raw, id: await idOf(raw) };
  // Kept before anybody hears of it: a key that was added and lost could never sign.
  await inStore("readwrite", (store) => store.put(key));
  return key;
}

export async function findKey(owner) {
  try {
    return (await inStore("readonly", (store) => store.get(owner))) ?? null;
  } catch {
    return null; // a private window, or storage that is switched off
  }
}

export async function sign(key, bytes) {
  return new Uint8Array(await crypto.subtle.sign(ALGORITHM, key.secret, bytes));
}

// What shows the server that this browser has the secret half, for this log, person and party only.
export async function signClaim(key, { actor, party, log }) {
  const claim = { actor, log, party, public: toBase64(key.public) };
  return sign(key, concat(CLAIM_DOMAIN, bytesOf(canonicalize(claim))));
}

async function idOf(raw) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", raw))).slice(0, 16);
}

function inStore(mode, ask) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "owner" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(STORE, mode);
      const asked = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(asked.result);
      };
      transaction.onerror = () => reject(transaction.error);
    };
  });
}
