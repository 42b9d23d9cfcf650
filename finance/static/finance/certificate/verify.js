// Checks a certificate as docs/guides/banks.md says: W3C Data Integrity eddsa-jcs-2022, time, and the status list.
import { canonicalize } from "../../traceability/ledger/canonical.js";
import { checkPublicKey, verifySignature } from "../../traceability/ledger/ed25519.js";
import { bytesOf, concat } from "../../traceability/ledger/encoding.js";
import { sha256 } from "../../traceability/ledger/sha2.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const TYPES = '["VerifiableCredential","FarmCreditReference"]';
const LIST_BYTES = 16384;

export class CertificateError extends Error {
  constructor(part, message) {
    super(`${part}: ${message}`);
    this.part = part;
  }
}

// Throws a CertificateError that names the part which does not hold: form, issuer, proof, time or status; revoked where
// everything holds and the list says that it was taken back.
export async function verifyCertificate(certificate, { controller, list, now }) {
  const isOurs = canonicalize(certificate.type ?? null) === TYPES;
  if (!isOurs || !certificate.proof || Array.isArray(certificate.proof) || !certificate.credentialStatus) {
    throw new CertificateError("form", "no certificate of this kind");
  }
  await verifyProof(certificate, controller);
  // Moments are written in one form, so that they order as text.
  const moment = now.toISOString().replace(/\.\d+Z$/, "Z");
  if (!(certificate.validFrom <= moment && moment < certificate.validUntil)) {
    throw new CertificateError("time", `counts from ${certificate.validFrom} until ${certificate.validUntil}`);
  }
  await verifyStatus(certificate, controller, list);
}

async function verifyProof(secured, controller) {
  const { proof, ...unsecured } = secured;
  const { proofValue, ...options } = proof ?? {};
  if (options.type !== "DataIntegrityProof" || options.cryptosuite !== "eddsa-jcs-2022") {
    throw new CertificateError("proof", "of another suite");
  }
  if (options.proofPurpose !== "assertionMethod") {
    throw new CertificateError("proof", "made for another purpose");
  }
  const key = keyOf(controller, options.verificationMethod, secured.issuer);
  const document = withSignedContext(unsecured, options["@context"]);
  const hashes = await Promise.all([options, document].map((one) => sha256(bytesOf(canonicalize(one)))));
  try {
    await verifySignature(key, fromBase58(proofValue), concat(...hashes));
  } catch {
    throw new CertificateError("proof", "the signature does not verify");
  }
}

function withSignedContext(document, signed) {
  if (signed === undefined) {
    return document;
  }
  const want = [signed].flat();
  const have = [document["@context"]].flat().slice(0, want.length);
  if (canonicalize(have) !== canonicalize(want)) {
    throw new CertificateError("proof", "the contexts are not those that were signed");
  }
  return { ...document, "@context": signed };
}

function keyOf(controller, method, issuer) {
  const found = (controller.verificationMethod ?? []).filter((one) => one.id === method);
  const named = controller.id === issuer && (controller.assertionMethod ?? []).includes(method);
  if (!named || found.length !== 1 || found[0].controller !== issuer || found[0].type !== "Multikey") {
    throw new CertificateError("issuer", "the issuer does not name this key");
  }
  try {
    const raw = fromBase58(found[0].publicKeyMultibase);
    if (raw.length !== 34 || raw[0] !== 0xed || raw[1] !== 0x01) {
      throw new CertificateError("issuer", "no Ed25519 key");
    }
    checkPublicKey(raw.subarray(2));
    return raw.subarray(2);
  } catch (error) {
    throw new CertificateError("issuer", error.message);
  }
}

async function verifyStatus(certificate, controller, list) {
  const { credentialStatus: status, issuer } = certificate;
  const subject = list.credentialSubject ?? {};
  if (list.issuer !== issuer || list.id !== status.statusListCredential) {
    throw new CertificateError("status", "another list");
  }
  try {
    await verifyProof(list, controller);
  } catch (error) {
    // A list that was tampered with says nothing of the certificate, good or bad.
    throw new CertificateError("status", `the list does not hold: ${error.message}`);
  }
  if (subject.statusPurpose !== "revocation" || status.statusPurpose !== "revocation") {
    throw new CertificateError("status", "a list for another purpose");
  }
  const bits = await unpack(subject.encodedList);
  const position = /^\d{1,9}$/.test(status.statusListIndex) ? Number(status.statusListIndex) : -1;
  if (position < 0 || position >= bits.length * 8) {
    throw new CertificateError("status", "outside of the list");
  }
  if (bits[position >> 3] & (0x80 >> (position & 7))) {
    throw new CertificateError("revoked", "taken back");
  }
}

async function unpack(text) {
  if (typeof text !== "string" || !/^u[A-Za-z0-9_-]+$/.test(text)) {
    throw new CertificateError("status", "the list is not in base64url");
  }
  const packed = Uint8Array.from(atob(text.slice(1).replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  try {
    return await readAll(stream);
  } catch (error) {
    throw new CertificateError("status", `the list cannot be unpacked: ${error.message}`);
  }
}

async function readAll(stream) {
  const parts = [];
  let size = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    size += value.length;
    // A small archive may unpack to gigabytes.
    if (size > LIST_BYTES * 8) {
      throw new CertificateError("status", "the list is far too long");
    }
    parts.push(value);
  }
  if (size < LIST_BYTES) {
    throw new CertificateError("status", "the list is too short");
  }
  return concat(...parts);
}

function fromBase58(text) {
  if (typeof text !== "string" || text.length > 100 || !/^z[1-9A-HJ-NP-Za-km-z]+$/.test(text)) {
    throw new CertificateError("form", "not in base58btc");
  }
  let number = 0n;
  for (const character of text.slice(1)) {
    number = number * 58n + BigInt(ALPHABET.indexOf(character));
  }
  const bytes = [];
  for (; number > 0n; number >>= 8n) {
    bytes.unshift(Number(number & 0xffn));
  }
  const zeros = text.slice(1).match(/^1*/)[0].length;
  return Uint8Array.from([...new Array(zeros).fill(0), ...bytes]);
}
