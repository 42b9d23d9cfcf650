// One thing that was done, as the log will hold it: built and signed here, so that nobody on the way can change it.
import { canonicalize } from "../ledger/canonical.js";
import { commit } from "../ledger/commitment.js";
import { toBase64 } from "../ledger/encoding.js";
import { signContent } from "./device.js";

// `who` is {log, actor}; `said` is {type, entity, time, body, private, photos, holder, id}. Gives what is sent.
export async function sealed(said, who, device, savedAt) {
  const actor = { ...who.actor, attested: "device", ...(said.holder && { for: said.holder }) };
  const content = { v: 1, log: who.log, id: said.id, type: said.type, entity: said.entity, time: said.time, actor, body: said.body };
  const salts = {};
  const commitments = {};
  for (const [path, value] of Object.entries(said.private)) {
    const salt = crypto.getRandomValues(new Uint8Array(32));
    salts[path] = toBase64(salt);
    commitments[path] = await commit(path, value, salt);
  }
  if (Object.keys(commitments).length) {
    content.commit = commitments;
  }
  if (said.photos.length) {
    content.attachments = said.photos.map(({ sha256, size, media }) => ({ sha256, size, media })).sort(bySha256);
  }
  content.sig = await signContent(device, content);
  return { content: JSON.parse(canonicalize(content)), private: said.private, salts, saved_at: savedAt };
}

function bySha256(left, right) {
  return left.sha256 < right.sha256 ? -1 : 1;
}
