// The bundle of one lot: reads its members, and keeps reading past faults that do not hide which record is which.
import { canonicalize, checkProfile, parseText } from "./canonical.js";
import { hashFromBase64, textOf, fromBase64 } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { isAttachment, isEntity, isFieldPath, isHash, isUuid } from "./leaf_rules.js";
import { count, list, refuse, shape, sortedList } from "./shape.js";

export const FORMAT = "suyuan/trace/v1";
const MAX_BUNDLE_BYTES = 64 * 1024 * 1024;

const isText = (value, path) => typeof value === "string" || refuse(path, "not text");
const isHead = shape({
  entity: isEntity,
  eseq: count,
  head: isHash,
  index: count,
  proof: list((hash) => hashFromBase64(hash)),
});
const isOpening = shape({ id: isUuid, path: isFieldPath, salt: (salt) => hashFromBase64(salt), value: () => {} });
const isBundle = shape({
  format: (value, path) => value === FORMAT || refuse(path, `not ${FORMAT}`),
  policy: isText,
  checkpoint: isText,
  subject: isEntity,
  heads: sortedList(isHead, (head) => [head.entity], 1),
  records: list((record) => fromBase64(record)),
  disclosed: sortedList(isOpening, (opening) => [opening.id, opening.path]),
  attachments: sortedList(isAttachment, ({ sha256, size, media }) => [sha256, size, media]),
});

// Returns the bundle and what is wrong with its form as a whole. Throws where there is nothing to go on.
export function readBundle(bytes) {
  if (bytes.length > MAX_BUNDLE_BYTES) {
    throw new LedgerError("form", `bundle: ${bytes.length} bytes, more than ${MAX_BUNDLE_BYTES}`);
  }
  const text = textOf(bytes);
  const bundle = parseText(text);
  checkFootholds(bundle);
  return { bundle, problems: formProblems(bundle, text) };
}

// What every later step reads without looking again. A damaged record is still a text, and is judged with the others.
function checkFootholds(bundle) {
  const { policy, checkpoint, subject, heads, records, disclosed, attachments } = bundle ?? {};
  const texts = [policy, checkpoint, subject].every((member) => typeof member === "string");
  if (!texts || ![heads, records, disclosed, attachments].every(Array.isArray)) {
    throw new LedgerError("form", "bundle: a member is missing");
  }
  heads.forEach((head, position) => isHead(head, `bundle.heads[${position}]`));
  disclosed.forEach((opening, position) => isOpening(opening, `bundle.disclosed[${position}]`));
  attachments.forEach((attachment, position) => isAttachment(attachment, `bundle.attachments[${position}]`));
  // Of two chains of one entity, the records of one would stand in the places of the other.
  if (new Set(heads.map(({ entity }) => entity)).size !== heads.length) {
    refuse("bundle.heads", "not sorted, each once");
  }
  // So that a number made up for a chain's length cannot make us wait for ever.
  const places = heads.reduce((sum, head) => sum + head.eseq + 1, 0);
  if (places > records.length + 1000) {
    throw new LedgerError("form", `bundle: ${records.length} records for ${places} places`);
  }
}

function formProblems(bundle, text) {
  const checks = [
    () => isBundle(bundle, "bundle"),
    () => checkProfile(bundle),
    () => canonicalize(bundle) === text || refuse("bundle", "not in canonical form (RFC 8785)"),
    () => bundle.heads.some((head) => head.entity === bundle.subject) || refuse("bundle.subject", "not among the heads"),
  ];
  return checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return [{ code: error.code ?? "form", message: error.message }];
    }
  });
}
