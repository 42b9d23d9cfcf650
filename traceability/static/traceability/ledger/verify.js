// Checks a whole bundle and gives a verdict for each record and for the bundle.
import { readBundle } from "./bundle.js";
import { blame, followChains, placeName } from "./chains.js";
import { openCheckpoint } from "./checkpoint.js";
import { checkOpenings, checkSignatures, listsAttachments } from "./claims.js";
import { toHex } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { placeRecords } from "./places.js";
import { parsePolicy, policyKeys, policyText, requireQuorum, witnessNames } from "./policy.js";

// Faults of what leads to a record, not of the record.
const OUT_OF_REACH = ["behind", "checkpoint", "tree"];

// The report: {ok, proven, subject, checkpoint: {origin, size, root, signers, witnesses} or null, problems: [{code, message}],
// records: [{entity, eseq, hash, leaf, opened, state, code, message, detail}]}. A record's state is "proven", "broken"
// (it, or what stands in its place, is at fault) or "unproven" (nothing that is proven leads to it).
// `vkeys` are those that the caller trusts beside the policy; `onRecords(done, all)` is told of progress.
export async function verifyBundle(bytes, { vkeys = [], onRecords = () => {} } = {}) {
  const { bundle, problems } = readBundle(bytes);
  const { chains, strays, inOrder } = await placeRecords(bundle, onRecords);
  const places = [...chains.values()].flat();
  problems.push(...strays.map(({ hash, flaw }) => problem("extra", `a record without a place: ${flaw ?? hash}`)));
  if (!inOrder) {
    problems.push(problem("form", "records: not in the order of entity and number"));
  }
  const checkpoint = await openedCheckpoint(bundle, vkeys, problems);
  if (checkpoint) {
    problems.push(...(await followChains(chains, bundle.heads, checkpoint)));
    await checkSignatures(places);
    problems.push(...(await claimProblems(places, bundle)));
  } else {
    places.forEach((place) => blame(place, "checkpoint", "no checkpoint proves it"));
  }
  const records = places.map(verdict);
  const proven = records.filter(({ state }) => state === "proven").length;
  const ok = problems.length === 0 && proven === records.length;
  return { ok, proven, subject: bundle.subject, checkpoint: checkpoint && shown(checkpoint), problems, records };
}

async function openedCheckpoint({ policy, checkpoint }, vkeys, problems) {
  try {
    const trusted = await parsePolicy(policy);
    const opened = await openCheckpoint(checkpoint, policyKeys(trusted).map((key) => key.text));
    requireQuorum(trusted, opened);
    opened.witnesses = witnessNames(trusted, opened);
    if (policyText(trusted) !== policy || opened.strangers > 0) {
      throw new LedgerError("checkpoint", "policy: not in a bundle's form, or silent about a key that has signed");
    }
    // Apart from the policy's: the same key may stand in both.
    if (vkeys.length > 0) {
      await openCheckpoint(checkpoint, vkeys);
    }
    return opened;
  } catch (error) {
    problems.push(problem("checkpoint", error.message));
    return null;
  }
}

async function claimProblems(places, { disclosed, attachments }) {
  const homeless = await checkOpenings(places, disclosed);
  const problems = homeless.map(({ id, path }) => problem("opening", `${path} of a record ${id} that is not here`));
  const ids = places.flatMap(({ leaf }) => (leaf ? [leaf.id] : []));
  if (new Set(ids).size !== ids.length) {
    problems.push(problem("form", "records: two have the same id"));
  }
  // Where a record is damaged or missing, what it named cannot be known.
  if (places.every(({ leaf }) => leaf) && !listsAttachments(places, attachments)) {
    problems.push(problem("form", "attachments: not those that the records name"));
  }
  return problems;
}

function verdict(place) {
  const { entity, eseq, hash, leaf, opened = {}, fault } = place;
  const state = fault ? (OUT_OF_REACH.includes(fault.code) ? "unproven" : "broken") : "proven";
  return { entity, eseq, name: placeName(place), hash, leaf, opened, state, ...fault };
}

function shown({ origin, size, root, signers, witnesses }) {
  return { origin, size: String(size), root: toHex(root), signers: signers.map(({ name }) => name), witnesses };
}

function problem(code, message) {
  return { code, message };
}
