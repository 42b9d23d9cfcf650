"""The certificate itself: what a farm's verified records came to on a day, for one recipient and purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from finance.credentials.errors import CredentialError
from finance.credentials.keys import Issuer, key_in
from finance.credentials.proof import moment, secure, verify_proof
from finance.credentials.status import verify_status

TYPES = ["VerifiableCredential", "FarmCreditReference"]
MOST_DAYS = timedelta(days=30)
# 征信业务管理办法: not to be taken for a personal credit report. Part of what is signed, in both languages.
NOTICE = "参考信息，不是个人信用报告。For reference only; not a personal credit report."
_CONTEXT = "https://www.w3.org/ns/credentials/v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a certificate says. `subject` is a pseudonym; texts of people and addresses are nowhere in it."""

    id: str
    subject: str
    card_id: str
    score: int | None
    grade: str
    low: int | None
    high: int | None
    as_of: datetime
    valid_until: datetime
    tree_size: int
    root_sha256: str
    evidence_sha256: str
    purpose: str
    recipient: str
    status_list: str
    status_index: int
    schema: str


def reference_document(reference: Reference, *, issuer: Issuer, at: datetime) -> dict[str, Any]:
    """Make the signed certificate. Raises CredentialError where it would count for longer than 30 days."""
    if not at < reference.valid_until <= at + MOST_DAYS:
        raise CredentialError("time", "a certificate counts for at most 30 days")
    document = {
        "@context": [_CONTEXT, {"@vocab": f"{reference.schema}#"}],
        "id": reference.id,
        "type": TYPES,
        "issuer": issuer.did,
        "validFrom": moment(at),
        "validUntil": moment(reference.valid_until),
        "credentialSubject": _subject(reference),
        "credentialStatus": {
            "id": f"{reference.status_list}#{reference.status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(reference.status_index),
            "statusListCredential": reference.status_list,
        },
        "credentialSchema": {"id": reference.schema, "type": "JsonSchema"},
        "evidence": [
            {
                "type": "LogEvidence",
                "treeSize": reference.tree_size,
                "rootSha256": reference.root_sha256,
                "evidenceSha256": reference.evidence_sha256,
            }
        ],
        "termsOfUse": [
            {
                "type": "AgreedUse",
                "purpose": reference.purpose,
                "recipient": reference.recipient,
                "notice": NOTICE,
            }
        ],
    }
    return secure(document, issuer=issuer, at=at)


def verify_reference(
    secured: Mapping[str, Any], *, controller: Mapping[str, Any], listed: Mapping[str, Any], now: datetime
) -> None:
    """Check a certificate with its issuer's document and list: form, proof, time, status. Raises CredentialError."""
    proof, status = secured.get("proof"), secured.get("credentialStatus")
    if secured.get("type") != TYPES or not isinstance(proof, Mapping) or not isinstance(status, Mapping):
        raise CredentialError("form", "no certificate of this kind")
    verify_proof(secured, raw_key=key_in(controller, proof.get("verificationMethod"), secured.get("issuer")))
    if listed.get("issuer") != secured.get("issuer"):
        raise CredentialError("status", "a list of another issuer")
    begins, ends = str(secured.get("validFrom")), str(secured.get("validUntil"))
    # Both are written in one form, so that they order as text.
    if not begins <= moment(now) < ends:
        raise CredentialError("time", f"counts from {begins} until {ends}")
    verify_status(status, listed, controller=controller)


def _subject(reference: Reference) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": f"urn:uuid:{reference.subject}",
        "grade": reference.grade,
        "asOf": moment(reference.as_of),
        "cardSha256": reference.card_id,
    }
    if reference.score is not None:
        said |= {"score": reference.score, "low": reference.low, "high": reference.high}
    return said
