import { verifyBundle } from "./traceability/ledger/verify.js";

export async function progressOf(bytes) {
  const seen = [];
  await verifyBundle(bytes, { onRecords: (done, all) => seen.push([done, all]) });
  return seen;
}
