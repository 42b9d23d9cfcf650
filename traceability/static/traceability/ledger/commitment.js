// Commitments to the fields that a leaf does not show: personal data and trade secrets.
import { canonicalize, checkProfile } from "./canonical.js";
import { bytesOf, toHex } from "./encoding.js";
import { LedgerError } from "./errors.js";
import { hmacSha256 } from "./sha2.js";

// Lower-case hex of HMAC-SHA256 under a salt of 32 bytes.
export async function commit(path, value, salt) {
  if (salt.length !== 32) {
    throw new LedgerError("opening", `commitment to ${path}: a salt of ${salt.length} bytes in place of 32`);
  }
  checkProfile(value);
  return toHex(await hmacSha256(salt, bytesOf(`suyuan/commit/v1\0${path}\0${canonicalize(value)}`)));
}

export async function verifyOpening(commitment, { path, value, salt }) {
  if ((await commit(path, value, salt)) !== commitment) {
    throw new LedgerError("opening", `commitment to ${path}: the disclosed value is not the one committed to`);
  }
}
