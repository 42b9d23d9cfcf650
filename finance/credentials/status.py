"""Which certificates were taken back: a list of bits, fetched whole (W3C Bitstring Status List 1.0).

Who checks a certificate asks for the whole list, so that the issuer does not learn which one was looked at.
"""

import gzip
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from finance.credentials.errors import CredentialError
from finance.credentials.keys import Issuer, key_in
from finance.credentials.proof import moment, secure, verify_proof

# The least that the specification allows (16 KiB): so many others is a certificate among.
LIST_BITS = 131_072
_TTL_MILLISECONDS = 60_000
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


def encode_bits(positions: Iterable[int]) -> str:
    """Write a list in which the bits at these positions are set; the leftmost bit is position 0."""
    bits = bytearray(LIST_BITS // 8)
    for position in positions:
        bits[position // 8] |= 0x80 >> position % 8
    # No time and no name in the archive: the same list has the same text.
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + urlsafe_b64encode(packed).rstrip(b"=").decode()


def is_set(encoded: object, position: int) -> bool:
    """Whether a bit of a list is set. Raises CredentialError."""
    bits = _bits(encoded)
    if not 0 <= position < len(bits) * 8:
        raise CredentialError("status", f"position {position} is outside of the list")
    return bool(bits[position // 8] & 0x80 >> position % 8)


def status_document(*, url: str, positions: Iterable[int], issuer: Issuer, at: datetime) -> dict[str, Any]:
    """Make the signed list at an address."""
    document = {
        "@context": [_CONTEXT],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer.did,
        "validFrom": moment(at),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encode_bits(positions),
            "ttl": _TTL_MILLISECONDS,
        },
    }
    return secure(document, issuer=issuer, at=at)


def verify_status(status: Mapping[str, Any], listed: Mapping[str, Any], *, controller: Mapping[str, Any]) -> None:
    """Check that a list is the issuer's, is the one that a certificate names, and leaves it in force.

    Raises CredentialError.
    """
    proof, subject = listed.get("proof"), listed.get("credentialSubject")
    if not isinstance(proof, Mapping) or not isinstance(subject, Mapping):
        raise CredentialError("status", "the list is no credential")
    try:
        verify_proof(listed, raw_key=key_in(controller, proof.get("verificationMethod"), listed.get("issuer")))
    except CredentialError as error:
        # A list that was tampered with says nothing of the certificate, good or bad.
        raise CredentialError("status", f"the list does not hold: {error}") from error
    if listed.get("id") != status.get("statusListCredential"):
        raise CredentialError("status", "another list")
    if not subject.get("statusPurpose") == status.get("statusPurpose") == "revocation":
        raise CredentialError("status", "a list for another purpose")
    index = str(status.get("statusListIndex"))
    if not index.isascii() or not index.isdigit() or len(index) > 9:
        raise CredentialError("status", "the position is no number")
    if is_set(subject.get("encodedList"), int(index)):
        raise CredentialError("revoked", "taken back")


def _bits(encoded: object) -> bytes:
    if not isinstance(encoded, str) or not encoded.startswith("u"):
        raise CredentialError("status", "the list is not in base64url")
    try:
        packed = urlsafe_b64decode(encoded[1:] + "=" * (-(len(encoded) - 1) % 4))
        # Bounded: a small archive may unpack to gigabytes.
        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        bits = unpacking.decompress(packed, LIST_BITS)
    except (ValueError, zlib.error) as error:
        raise CredentialError("status", "the list cannot be unpacked") from error
    if len(bits) * 8 < LIST_BITS or unpacking.unconsumed_tail or not unpacking.eof:
        raise CredentialError("status", f"the list has fewer than {LIST_BITS} bits, or far too many")
    return bits
