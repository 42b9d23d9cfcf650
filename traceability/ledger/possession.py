"""The proof that who registers a public key holds the private one: a signature that fits this registration alone."""

from collections.abc import Mapping
from typing import Any

from traceability.ledger.canonical import write_profiled
from traceability.ledger.ed25519 import verify_signature
from traceability.ledger.encoding import base64_bytes, base64_text

_DOMAIN = b"suyuan/key/v1\n"


def statement(*, log: str, actor: str, party: str, public: bytes) -> bytes:
    """Return the bytes that a new key signs: which log, whose, for which party (pseudonyms), and the key itself.

    Without the person in it, whoever saw the signature could register the same key as their own.
    """
    return _DOMAIN + write_profiled({"actor": actor, "log": log, "party": party, "public": base64_text(public)})


def verify(body: Mapping[str, Any], *, log: str, actor: str, party: str, public: bytes) -> None:
    """Check the member `proof` of the body of a `key.add`. Raises SignatureError, ValueError or TypeError."""
    verify_signature(public, base64_bytes(body["proof"]), statement(log=log, actor=actor, party=party, public=public))
