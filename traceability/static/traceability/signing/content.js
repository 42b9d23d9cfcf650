// What an actor signs: the domain, and the canonical members of a leaf without its place and its signature.
import { canonicalize, parseText } from "../ledger/canonical.js";
import { bytesOf } from "../ledger/encoding.js";
import { LedgerError } from "../ledger/errors.js";

const DOMAIN = "suyuan/event/v1\n";
const OUTSIDE = ["sig", "eseq", "prev"];

// Gives the bytes to sign, after a look at them: ours, canonical, and in the name of nobody else.
export function contentBytes(text, { actor, party, log }) {
  const refuse = (reason) => new LedgerError("form", `content: ${reason}`);
  if (!text.startsWith(DOMAIN)) {
    throw refuse("not an event");
  }
  const written = text.slice(DOMAIN.length);
  const members = parseText(written);
  if (canonicalize(members) !== written || OUTSIDE.some((name) => name in members)) {
    throw refuse("not in its one form");
  }
  if (members.log !== log || members.actor?.id !== actor || members.actor?.party !== party) {
    throw refuse("in somebody else's name");
  }
  return bytesOf(text);
}
