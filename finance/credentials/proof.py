"""Data Integrity proofs of the suite eddsa-jcs-2022 (W3C vc-di-eddsa 1.0, 3.3): no JSON-LD is processed."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import base58

from finance.credentials.errors import CredentialError
from finance.credentials.keys import Issuer
from traceability.ledger.canonical import canonicalize
from traceability.ledger.ed25519 import verify_signature
from traceability.ledger.errors import LedgerError

SUITE = "eddsa-jcs-2022"


def secure(document: Mapping[str, Any], *, issuer: Issuer, at: datetime) -> dict[str, Any]:
    """Give a document with the issuer's proof over it."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(at),
        "verificationMethod": issuer.method,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    signature = issuer.key.sign(signed_bytes(document, options))
    return {**document, "proof": {**options, "proofValue": "z" + base58.b58encode(signature).decode()}}


def verify_proof(secured: Mapping[str, Any], *, raw_key: bytes) -> None:
    """Check the proof of a document under a key that may sign it. Raises CredentialError."""
    proof = secured.get("proof")
    if not isinstance(proof, Mapping):
        raise CredentialError("proof", "there is none, or more than one")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    document = {name: value for name, value in secured.items() if name != "proof"}
    if (options.get("type"), options.get("cryptosuite")) != ("DataIntegrityProof", SUITE):
        raise CredentialError("proof", f"not of the suite {SUITE}")
    if options.get("proofPurpose") != "assertionMethod":
        raise CredentialError("proof", "made for another purpose")
    document = _with_context(document, options)
    try:
        verify_signature(raw_key, _signature(proof.get("proofValue")), signed_bytes(document, options))
    except LedgerError as error:
        raise CredentialError("proof", str(error)) from error


def signed_bytes(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Give what is signed: the hashes of the proof's options and of the document, in canonical form (3.3.4)."""
    return b"".join(hashlib.sha256(canonicalize(dict(one))).digest() for one in (options, document))


def moment(at: datetime) -> str:
    """Write a moment as credentials do, in whole seconds of UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _with_context(document: dict[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    """Put the signed contexts in place; others may only have been added after them (3.3.2, step 4)."""
    signed = options.get("@context")
    if signed is None:
        return document
    have, want = (one if isinstance(one, list) else [one] for one in (document.get("@context"), signed))
    if have[: len(want)] != want:
        raise CredentialError("proof", "the document's contexts are not those that were signed")
    return {**document, "@context": signed}


def _signature(text: object) -> bytes:
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 100:
        raise CredentialError("proof", "the signature is not in base58btc")
    try:
        return base58.b58decode(text[1:])
    except ValueError as error:
        raise CredentialError("proof", "the signature is not in base58btc") from error
