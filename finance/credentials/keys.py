"""The issuer's key: as Multikey (W3C Controlled Identifiers 1.0, 2.2.2), in a document that did:web leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from finance.credentials.errors import CredentialError
from traceability.ledger.ed25519 import KEY_SIZE, check_public_key
from traceability.ledger.errors import LedgerError

# Multicodec ed25519-pub, 0xed as a varint.
_PUBLIC = bytes([0xED, 0x01])
_CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs, and by which key."""

    did: str
    key: Ed25519PrivateKey

    @property
    def multibase(self) -> str:
        """The public key as text."""
        return multibase_of_key(self.key.public_key().public_bytes_raw())

    @property
    def method(self) -> str:
        """The name of the key: the issuer, and the key itself as the fragment, so that a new key has a new name."""
        return f"{self.did}#{self.multibase}"


def did_of(host: str) -> str:
    """Name a host as did:web does: a colon before a port is escaped."""
    return f"did:web:{quote(host, safe='')}"


def multibase_of_key(raw: bytes) -> str:
    """Write an Ed25519 public key as Multikey: base58btc, marked by z."""
    return "z" + base58.b58encode(_PUBLIC + raw).decode()


def key_of_multibase(text: object) -> bytes:
    """Read an Ed25519 public key from its Multikey. Raises CredentialError."""
    if not isinstance(text, str) or not text.startswith("z"):
        raise CredentialError("issuer", "the key is not in base58btc")
    try:
        raw = base58.b58decode(text[1:])
    except ValueError as error:
        raise CredentialError("issuer", "the key is not in base58btc") from error
    if len(raw) != len(_PUBLIC) + KEY_SIZE or not raw.startswith(_PUBLIC):
        raise CredentialError("issuer", "the key is not an Ed25519 key")
    try:
        check_public_key(raw[len(_PUBLIC) :])
    except LedgerError as error:
        raise CredentialError("issuer", str(error)) from error
    return raw[len(_PUBLIC) :]


def controller_document(issuer: Issuer) -> dict[str, Any]:
    """Make the document that says which keys sign for the issuer."""
    method = {
        "id": issuer.method,
        "type": "Multikey",
        "controller": issuer.did,
        "publicKeyMultibase": issuer.multibase,
    }
    return {
        "@context": _CONTEXTS,
        "id": issuer.did,
        "verificationMethod": [method],
        "assertionMethod": [issuer.method],
    }


def key_in(document: Mapping[str, Any], method: object, issuer: object) -> bytes:
    """Find the key by which an issuer makes assertions in its document. Raises CredentialError."""
    if document.get("id") != issuer or method not in document.get("assertionMethod", ()):
        raise CredentialError("issuer", "the issuer's document does not name this key")
    found = [one for one in document.get("verificationMethod", ()) if one.get("id") == method]
    if len(found) != 1 or found[0].get("controller") != issuer or found[0].get("type") != "Multikey":
        raise CredentialError("issuer", "the issuer's document does not hold this key")
    return key_of_multibase(found[0].get("publicKeyMultibase"))
