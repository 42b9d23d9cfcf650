// What each member of a leaf must be. The rules know formats, and no trade.
import { count, isObject, refuse, shape, sortedList, text } from "./shape.js";

const MAX_BODY_DEPTH = 8;
const FIELD_PATH = /^[a-z][a-z0-9_.]{0,159}$/;
const HASH = /^[0-9a-f]{64}$/;
const TIME = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.\d{0,5}[1-9])?Z$/;
const MEDIA = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

export const isUuid = text(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "a lower-case UUID");
export const isHash = text(HASH, "64 lower-case hex digits");
export const isEntity = text(/^[a-z]+:[!-~]{1,160}$/, "an entity like lot:0f8fad5b");
export const isFieldPath = text(FIELD_PATH, "a field path");
export const isAttachment = shape({ sha256: isHash, size: count, media: text(MEDIA, "a media type") });

const isActor = shape(
  { id: isUuid, party: isUuid, attested: text(/^(device|account|sensor|import)$/, "a known kind of attestation") },
  { for: isUuid },
);
const isInput = shape({ entity: isEntity, eseq: count, head: isHash });
const isSignature = shape({
  key: text(/^[0-9a-f]{16}$/, "16 lower-case hex digits"),
  ed25519: text(/^[A-Za-z0-9+/]{85}[AQgw]==$/, "the base64 of a signature of 64 bytes"),
});
const isLeaf = shape(
  {
    v: (value, path) => value === 1 || refuse(path, "not 1"),
    log: text(/^[!-*,-~]{1,200}$/, "the origin of a log"),
    id: isUuid,
    type: text(/^[a-z]+(\.[a-z_]+)+$/, "an event type like lot.harvest"),
    entity: isEntity,
    eseq: count,
    prev: (value, path) => value === null || isHash(value, path),
    time: isTime,
    actor: isActor,
    body: isBody,
  },
  {
    inputs: sortedList(isInput, (input) => [input.entity], 1),
    commit: isCommit,
    attachments: sortedList(isAttachment, (attachment) => [attachment.sha256], 1),
    sig: isSignature,
  },
);

// Requires members that are parsed, canonical and within the profile.
export function checkMembers(members) {
  isLeaf(members, "leaf");
  if ((members.prev === null) !== (members.eseq === 0)) {
    refuse("leaf.prev", "null belongs to eseq 0, and to no other");
  }
}

function isTime(value, path) {
  const match = typeof value === "string" ? TIME.exec(value) : null;
  if (!match) {
    refuse(path, "not a time like 2026-09-01T08:00:00Z in UTC");
  }
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  // setUTCFullYear and not Date.UTC, which reads the years 0 to 99 as 1900 to 1999.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const real = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!real || hour > 23 || minute > 59 || second > 59) {
    refuse(path, "no such day or hour");
  }
}

function isBody(value, path) {
  if (!isObject(value)) {
    refuse(path, "not an object");
  }
  if (depthOf(value) > MAX_BODY_DEPTH) {
    refuse(path, `nested deeper than ${MAX_BODY_DEPTH}`);
  }
}

function isCommit(value, path) {
  if (!isObject(value) || Object.keys(value).length === 0) {
    refuse(path, "not an object of at least one commitment");
  }
  for (const [name, commitment] of Object.entries(value)) {
    isFieldPath(name, `${path}: the name ${name.slice(0, 80)}`);
    isHash(commitment, `${path}.${name}`);
  }
}

// How deep objects and arrays nest; 1 for a flat one.
function depthOf(value) {
  if (typeof value !== "object" || value === null) {
    return 0;
  }
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
