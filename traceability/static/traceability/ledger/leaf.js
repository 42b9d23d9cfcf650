// The leaf: what one event is in the log, byte for byte.
import { canonicalize, checkProfile, parseCanonical } from "./canonical.js";
import { checkPublicKey, verifySignature } from "./ed25519.js";
import { bytesOf, fromBase64, toHex } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { checkMembers } from "./leaf_rules.js";
import { sha256 } from "./sha2.js";

const MAX_LEAF_BYTES = 32_768;
const CONTENT_DOMAIN = "suyuan/event/v1\n";
const POSSESSION_DOMAIN = "suyuan/key/v1\n";

// Reads the bytes of a leaf: canonical, within the size, every member by its rule.
export function parseLeaf(bytes) {
  if (bytes.length > MAX_LEAF_BYTES) {
    throw new LedgerError("form", `leaf: ${bytes.length} bytes, more than ${MAX_LEAF_BYTES}`);
  }
  const leaf = parseCanonical(bytes);
  checkProfile(leaf);
  checkMembers(leaf);
  return leaf;
}

// What the actor signs: the leaf without the signature and without its place, which a phone cannot know yet.
export function content(leaf) {
  const { sig, eseq, prev, ...signed } = leaf;
  return bytesOf(CONTENT_DOMAIN + canonicalize(signed));
}

// The raw public key that a `key.add` leaf registers; its entity must be named for it, and a proof must be by that key.
export async function addedKey(leaf) {
  const raw = fromBase64(leaf.body.public);
  checkPublicKey(raw);
  if (leaf.entity !== `key:${await keyId(raw)}`) {
    throw new LedgerError("key", `leaf ${leaf.id}: the key ${await keyId(raw)} is not that of ${leaf.entity}`);
  }
  if (Object.hasOwn(leaf.body, "proof")) {
    await verifySignature(raw, fromBase64(leaf.body.proof), possession(leaf));
  }
  return raw;
}

// What a new key signs to show that who registers it holds it.
function possession({ log, actor, body }) {
  const statement = { actor: actor.id, log, party: actor.party, public: body.public };
  return bytesOf(POSSESSION_DOMAIN + canonicalize(statement));
}

// Requires a leaf that is signed.
export async function verifyActorSignature(leaf, raw) {
  if (leaf.sig.key !== (await keyId(raw))) {
    throw new LedgerError("key", `leaf ${leaf.id}: signed by another key than ${leaf.sig.key}`);
  }
  await verifySignature(raw, fromBase64(leaf.sig.ed25519), content(leaf));
}

async function keyId(raw) {
  return toHex((await sha256(raw)).subarray(0, 8));
}
