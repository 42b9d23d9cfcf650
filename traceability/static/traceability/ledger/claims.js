// What records claim beyond their place in the chain: signatures of actors, values behind commitments, attachments.
import { canonicalize } from "./canonical.js";
import { blame } from "./chains.js";
import { verifyOpening } from "./commitment.js";
import { fromBase64 } from "./encoding.js";
import { addedKey, verifyActorSignature } from "./leaf.js";

// Requires places whose chains were followed: only a key that the log holds can vouch for a record.
export async function checkSignatures(places) {
  const keys = await addedKeys(places);
  const signed = places.filter(({ anchored, leaf }) => anchored && leaf.sig);
  await Promise.all(signed.map((place) => checkSignature(place, keys.get(place.leaf.sig.key))));
}

async function checkSignature(place, key) {
  const { actor, sig } = place.leaf;
  if (!key) {
    blame(place, "key", `signed by key ${sig.key}, which the bundle does not prove`);
    return;
  }
  // A true signature, and yet not that of the actor: whoever runs the log could put words into another's mouth.
  if (key.owner !== actor.id) {
    blame(place, "signature", `signed by key ${sig.key} of somebody else`);
    return;
  }
  try {
    await verifyActorSignature(place.leaf, key.raw);
  } catch (error) {
    blame(place, "signature", error.message);
  }
}

// By key id the raw key and the pseudonym of who added it. Only what opens the key's history makes it one: whoever adds
// it again does not become its owner, and one that was revoked before does not come back.
async function addedKeys(places) {
  const keys = new Map();
  for (const place of places.filter(({ anchored, leaf }) => anchored && leaf.type === "key.add")) {
    const id = place.entity.slice("key:".length);
    try {
      const added = { raw: await addedKey(place.leaf), owner: place.leaf.actor.id };
      if (place.leaf.eseq === 0) {
        keys.set(id, added);
      }
    } catch (error) {
      blame(place, "key", error.message);
    }
  }
  return keys;
}

// Returns the openings that belong to no record; a false one is blamed on its record.
export async function checkOpenings(places, disclosed) {
  const byId = new Map(places.filter((place) => place.leaf).map((place) => [place.leaf.id, place]));
  const homeless = [];
  for (const opening of disclosed) {
    const place = byId.get(opening.id);
    if (!place) {
      homeless.push(opening);
      continue;
    }
    try {
      const commitment = place.leaf.commit?.[opening.path] ?? "nothing";
      await verifyOpening(commitment, { ...opening, salt: fromBase64(opening.salt) });
      place.opened = { ...place.opened, [opening.path]: opening.value };
    } catch (error) {
      blame(place, "opening", error.message);
    }
  }
  return homeless;
}

// Whether the bundle lists exactly the attachments that its records name.
export function listsAttachments(places, attachments) {
  const named = new Set(places.flatMap(({ leaf }) => leaf?.attachments ?? []).map((one) => canonicalize(one)));
  return attachments.length === named.size && attachments.every((attachment) => named.has(canonicalize(attachment)));
}
