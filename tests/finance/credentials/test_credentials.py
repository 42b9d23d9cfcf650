"""Certificates: W3C's published vector, round trips, and every byte that may not change."""

import base64
import copy
import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from finance.credentials import (
    LIST_BITS,
    CredentialError,
    Issuer,
    Reference,
    controller_document,
    did_of,
    encode_bits,
    is_set,
    key_of_multibase,
    reference_document,
    secure,
    status_document,
    verify_proof,
    verify_reference,
    verify_status,
)
from finance.credentials.proof import signed_bytes

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ISSUER = Issuer(did=did_of("trace.test.example"), key=Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
CONTROLLER = controller_document(ISSUER)
LIST = "https://trace.test.example/certificate/status/0"
# W3C Data Integrity EdDSA Cryptosuites 1.0, B.3 (representation: eddsa-jcs-2022).
W3C_KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
W3C_SECRET = "3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
W3C_DOCUMENT = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
W3C_HASHES = (
    "66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db"
    "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
)
W3C_PROOF = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"


def reference(**changed: Any) -> Reference:
    said: dict[str, Any] = {
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "subject": "00000000-0000-4000-8000-000000000002",
        "card_id": "ab" * 32,
        "score": 641,
        "grade": "B",
        "low": 620,
        "high": 660,
        "as_of": NOW,
        "valid_until": NOW + timedelta(days=30),
        "tree_size": 1234,
        "root_sha256": "cd" * 32,
        "evidence_sha256": "ef" * 32,
        "purpose": "underwriting",
        "recipient": "urn:uuid:00000000-0000-4000-8000-000000000003",
        "status_list": LIST,
        "status_index": 94567,
        "schema": "https://trace.test.example/certificate/schema.json",
    }
    return Reference(**{**said, **changed})


def certificate(**changed: Any) -> dict[str, Any]:
    return reference_document(reference(**changed), issuer=ISSUER, at=NOW)


def listed(*positions: int) -> dict[str, Any]:
    return status_document(url=LIST, positions=positions, issuer=ISSUER, at=NOW)


def check(secured: dict[str, Any], *, now: datetime = NOW, statuses: dict[str, Any] | None = None) -> None:
    verify_reference(secured, controller=CONTROLLER, listed=statuses or listed(), now=now)


def test_the_published_vector_comes_out_byte_for_byte() -> None:
    key = Ed25519PrivateKey.from_private_bytes(base58.b58decode(W3C_SECRET)[2:])
    issuer = Issuer(did=f"did:key:{W3C_KEY}", key=key)

    secured = secure(W3C_DOCUMENT, issuer=issuer, at=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))

    options = {name: value for name, value in secured["proof"].items() if name != "proofValue"}
    assert issuer.multibase == W3C_KEY
    assert signed_bytes(W3C_DOCUMENT, options).hex() == W3C_HASHES
    assert secured["proof"]["proofValue"] == W3C_PROOF
    verify_proof(secured, raw_key=key_of_multibase(W3C_KEY))


def test_a_certificate_holds_and_says_what_it_is() -> None:
    made = certificate()

    check(made)

    assert made["type"] == ["VerifiableCredential", "FarmCreditReference"]
    assert made["issuer"] == "did:web:trace.test.example"
    assert made["validUntil"] == "2026-12-22T08:00:00Z"
    assert "不是个人信用报告" in made["termsOfUse"][0]["notice"]
    assert made["credentialStatus"]["statusListIndex"] == "94567"


def test_an_independent_reading_of_the_suite_agrees() -> None:
    # json with sorted names is canonical here: the certificate holds no float, and its names are ASCII.
    def digest(value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).digest()

    made = certificate()
    proof = made.pop("proof")
    signature = base58.b58decode(proof.pop("proofValue")[1:])
    raw = base58.b58decode(CONTROLLER["verificationMethod"][0]["publicKeyMultibase"][1:])[2:]

    Ed25519PublicKey.from_public_bytes(raw).verify(signature, digest(proof) + digest(made))


def test_an_independent_reading_of_the_list_agrees() -> None:
    text = listed(0, 9, 131071)["credentialSubject"]["encodedList"]

    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))

    assert len(bits) == 16 * 1024
    assert (bits[0], bits[1], bits[-1], sum(bits)) == (0x80, 0x40, 0x01, 0x80 + 0x40 + 0x01)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [found for name in value for found in leaves(value[name], (*path, name))]
    if isinstance(value, list):
        return [found for place, one in enumerate(value) for found in leaves(one, (*path, place))]
    return [path]


@pytest.mark.parametrize("path", leaves(certificate()), ids=lambda path: ".".join(map(str, path)))
def test_no_member_may_change(path: tuple[Any, ...]) -> None:
    made = copy.deepcopy(certificate())
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = inner[path[-1]] + 1 if isinstance(inner[path[-1]], int) else f"{inner[path[-1]]}x"

    with pytest.raises(CredentialError):
        check(made)


def test_a_member_may_neither_come_nor_go() -> None:
    added, gone = certificate() | {"more": 1}, certificate()
    del gone["evidence"]

    for made in (added, gone, certificate() | {"proof": [certificate()["proof"]]}):
        with pytest.raises(CredentialError, match=r"proof|form"):
            check(made)


def test_contexts_may_only_be_added_behind() -> None:
    made = certificate()
    made["@context"] = [*made["@context"], "https://later.example/v1"]
    check(made)
    made["@context"] = ["https://before.example/v1", *made["@context"]]
    with pytest.raises(CredentialError, match="contexts"):
        check(made)


@pytest.mark.parametrize("now", [NOW - timedelta(seconds=1), NOW + timedelta(days=30)])
def test_a_certificate_has_its_time(now: datetime) -> None:
    check(certificate(), now=NOW + timedelta(days=30, seconds=-1))

    with pytest.raises(CredentialError, match="time: counts from"):
        check(certificate(), now=now)


@pytest.mark.parametrize("until", [NOW, NOW + timedelta(days=31)])
def test_none_is_made_for_longer_than_thirty_days(until: datetime) -> None:
    with pytest.raises(CredentialError, match="at most 30 days"):
        certificate(valid_until=until)


def test_a_certificate_that_was_taken_back_is_refused() -> None:
    check(certificate(), statuses=listed(94566, 94568))

    with pytest.raises(CredentialError, match="revoked: taken back"):
        check(certificate(), statuses=listed(94567))


def test_the_list_must_be_the_named_one_and_signed_by_the_issuer() -> None:
    other = Issuer(did=ISSUER.did, key=Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
    forged = status_document(url=LIST, positions=(), issuer=other, at=NOW)
    elsewhere = status_document(url=f"{LIST}1", positions=(), issuer=ISSUER, at=NOW)
    purpose = copy.deepcopy(listed())
    purpose["credentialSubject"]["statusPurpose"] = "suspension"

    for statuses in (forged, elsewhere, purpose, {"issuer": ISSUER.did}):
        with pytest.raises(CredentialError, match="status: "):
            check(certificate(), statuses=statuses)


@pytest.mark.parametrize("index", ["-1", "131072", "x", "٣", "9" * 20])
def test_a_position_outside_of_the_list_is_refused(index: str) -> None:
    status = certificate()["credentialStatus"] | {"statusListIndex": index}

    with pytest.raises(CredentialError, match="status"):
        verify_status(status, listed(), controller=CONTROLLER)


def test_a_key_that_the_issuer_does_not_name_signs_nothing() -> None:
    for document in (
        CONTROLLER | {"id": "did:web:evil.example"},
        CONTROLLER | {"assertionMethod": []},
        CONTROLLER | {"verificationMethod": []},
        CONTROLLER | {"verificationMethod": [CONTROLLER["verificationMethod"][0] | {"type": "JsonWebKey"}]},
    ):
        with pytest.raises(CredentialError, match="issuer"):
            verify_reference(certificate(), controller=document, listed=listed(), now=NOW)


@pytest.mark.parametrize(
    "text", [None, "", "f00", "z0", "zAAAA", "z" + base58.b58encode(b"\xed\x01" + bytes(32)).decode()]
)
def test_keys_that_are_refused(text: object) -> None:
    with pytest.raises(CredentialError, match="issuer"):
        key_of_multibase(text)


@pytest.mark.parametrize(
    "packed", [b"", gzip.compress(b"short", mtime=0), gzip.compress(bytes(LIST_BITS + 1), mtime=0), b"\x1f\x8b\x00"]
)
def test_lists_that_cannot_be_unpacked_are_refused(packed: bytes) -> None:
    text = "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()

    for wrong in (text, text[1:], None):
        with pytest.raises(CredentialError, match="status"):
            is_set(wrong, 0)


@given(st.sets(st.integers(0, LIST_BITS - 1), max_size=50), st.integers(0, LIST_BITS - 1))
def test_exactly_the_given_bits_are_set(positions: set[int], other: int) -> None:
    encoded = encode_bits(positions)

    assert all(is_set(encoded, one) for one in positions)
    assert is_set(encoded, other) == (other in positions)
