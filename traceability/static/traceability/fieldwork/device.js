// The phone's own key. The engine keeps its secret half where no script can read it; where the engine has no Ed25519,
// a script signs with a secret that lies in the phone's store (docs/adr/0006).
import { canonicalize } from "../ledger/canonical.js";
import { bytesOf, toBase64, toHex } from "../ledger/encoding.js";
import { sha256 } from "../ledger/sha2.js";
import { newUuid } from "./uuids.js";
import { keep, keepFirst, kept } from "./store.js";

const EVENT = "suyuan/event/v1\n";
const KEY = "suyuan/key/v1\n";
const byScript = () => import("../../vendor/noble-ed25519/index.js");

// Of one phone in the hands of two people, each has a key of their own.
export async function deviceKey(actor) {
  const name = `key of ${actor}`;
  return (await kept(name)) ?? keepFirst(name, { name, ...(await made()) });
}

export async function signContent(device, content) {
  return { key: device.id, ed25519: await signature(device, EVENT, content) };
}

// Registers the key once; before that, nothing that it signed counts.
export async function registered(device, claim, post) {
  if (device.registered) {
    return device;
  }
  const proof = await signature(device, KEY, { ...claim, public: device.public });
  await post("key", { id: device.record, public: device.public, proof });
  const known = { ...device, registered: true };
  await keep(device.name, known);
  return known;
}

async function signature(device, domain, members) {
  const message = bytesOf(domain + canonicalize(members));
  if (device.secret) {
    return toBase64(await (await byScript()).signAsync(message, device.secret));
  }
  return toBase64(new Uint8Array(await crypto.subtle.sign({ name: "Ed25519" }, device.pair.privateKey, message)));
}

async function made() {
  const { raw, ...halves } = (await engineKey()) ?? (await scriptKey());
  const id = toHex((await sha256(raw)).slice(0, 8));
  return { id, public: toBase64(raw), record: newUuid(), ...halves };
}

// Whether the browser signs by itself; where it does not, the worker keeps the script that does.
export async function engineSigns() {
  return Boolean(await engineKey());
}

async function engineKey() {
  try {
    const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
    return { pair, raw: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
  } catch {
    return null;
  }
}

async function scriptKey() {
  const { secretKey, publicKey } = await (await byScript()).keygenAsync();
  return { secret: secretKey, raw: publicKey };
}
