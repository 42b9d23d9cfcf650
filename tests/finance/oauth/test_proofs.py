"""Assertions and DPoP proofs: the good one passes, and every one that differs in one thing is refused."""

import json
from typing import Any
from uuid import uuid4

import pytest
from jwcrypto.common import base64url_decode, base64url_encode
from jwcrypto.jwk import JWK

from finance.oauth import (
    OAuthError,
    check_key_set,
    hash_of_token,
    read_assertion,
    read_details,
    read_proof,
    verify_detached,
)
from finance.oauth.keys import read_key, thumbprint
from tests.factories.bank import make_key, public, sign

NOW = 1_790_000_000
URL = "https://suyuan.example/api/bank/v1/queries"
PURPOSES = frozenset({"underwriting"})


def proof(key: JWK, *, claims: dict[str, Any] | None = None, header: dict[str, Any] | None = None) -> str:
    said = {"htm": "POST", "htu": URL, "iat": NOW, "jti": "0123456789abcdef", "ath": hash_of_token("token")}
    return sign(key, {**said, **(claims or {})}, **{"typ": "dpop+jwt", "jwk": public(key), **(header or {})})


TOKEN = "token"


def read(text: str, token: str | None = TOKEN) -> object:
    return read_proof(text, method="POST", url=URL, now=NOW, token=token)


@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
def test_a_proof_names_its_key(kind: str) -> None:
    key = make_key(kind=kind)

    found = read_proof(proof(key), method="POST", url=URL, now=NOW, token="token")

    assert (found.thumbprint, found.id) == (key.thumbprint(), "0123456789abcdef")


def test_the_thumbprint_of_rfc_8037_appendix_a_3() -> None:
    key = read_key({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})

    assert thumbprint(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_the_hash_of_the_token_of_rfc_9449_7_1() -> None:
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"

    assert hash_of_token(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"


@pytest.mark.parametrize(
    "claims",
    [
        {"htm": "GET"},
        {"htu": "https://suyuan.example/api/bank/v1/other"},
        {"htu": "https://evil.example/api/bank/v1/queries"},
        {"htu": "http://suyuan.example/api/bank/v1/queries"},
        {"htu": None},
        {"htu": "https://[bad"},
        {"iat": NOW - 61},
        {"iat": NOW + 11},
        {"iat": "soon"},
        {"iat": True},
        {"jti": "short"},
        {"jti": 12345678},
        {"ath": hash_of_token("another")},
        {"ath": None},
        {"ath": "签"},
    ],
)
def test_a_proof_that_differs_in_one_claim_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(OAuthError, match="invalid_dpop_proof"):
        read(proof(make_key(), claims=claims))


@pytest.mark.parametrize("spelled", ["HTTPS://Suyuan.EXAMPLE/api/bank/v1/queries", f"{URL}?x=1#y"])
def test_the_same_place_may_be_spelled_otherwise(spelled: str) -> None:
    assert read(proof(make_key(), claims={"htu": spelled}))


@pytest.mark.parametrize("header", [{"typ": "jwt"}, {"jwk": None}, {"jwk": "text"}])
def test_a_proof_with_another_header_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(OAuthError):
        read(proof(make_key(), header=header))


def test_a_proof_by_another_key_than_its_own_is_refused() -> None:
    with pytest.raises(OAuthError, match="does not verify"):
        read(proof(make_key(), header={"jwk": public(make_key())}))


def test_a_proof_with_a_private_key_in_it_is_refused() -> None:
    key = make_key()

    with pytest.raises(OAuthError, match="private key"):
        read(proof(key, header={"jwk": key.export(as_dict=True)}))


@pytest.mark.parametrize("changed", [{"alg": "none"}, {"alg": "HS256"}, {"alg": ["EdDSA"]}, {"crit": ["exp"]}])
def test_other_algorithms_and_extensions_are_refused(changed: dict[str, Any]) -> None:
    _head, body, tail = proof(make_key()).split(".")
    head = sign(make_key(), {}, typ="dpop+jwt").split(".")[0]
    members = json.loads(base64url_decode(head)) | changed

    with pytest.raises(OAuthError, match="signed by none of"):
        read(f"{base64url_encode(json.dumps(members))}.{body}.{tail}")


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "!!.!!.!!", "W10.e30.AA", "x" * 9000])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(OAuthError):
        read(text)


def assertion(key: JWK, **changed: Any) -> str:
    claims = {"iss": "c1", "sub": "c1", "aud": "https://suyuan.example", "iat": NOW, "exp": NOW + 60, "jti": "12345678"}
    return sign(key, {**claims, **changed}, kid=key["kid"])


def read_one(text: str, key: JWK) -> str:
    keys = {"keys": [public(key)]}
    return read_assertion(text, client_id="c1", key_set=keys, issuer="https://suyuan.example", now=NOW)


def test_an_assertion_gives_its_id() -> None:
    key = make_key()

    assert read_one(assertion(key), key) == "12345678"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "c2"},
        {"sub": "c2"},
        {"aud": "https://other.example"},
        {"aud": ["https://suyuan.example", "https://other.example"]},
        {"exp": NOW - 11},
        {"exp": NOW + 400},
        {"exp": "never"},
        {"iat": NOW + 60},
        {"jti": None},
    ],
)
def test_an_assertion_that_differs_in_one_claim_is_refused(changed: dict[str, Any]) -> None:
    key = make_key()

    with pytest.raises(OAuthError, match="invalid_client"):
        read_one(assertion(key, **changed), key)


def test_an_assertion_by_a_key_that_is_not_registered_is_refused() -> None:
    with pytest.raises(OAuthError, match="no key of this `kid`"):
        read_one(assertion(make_key("k2")), make_key("k1"))
    with pytest.raises(OAuthError, match="does not verify"):
        read_one(assertion(make_key("k1")), make_key("k1"))


def test_a_detached_signature_stands_for_one_content() -> None:
    key = make_key()
    head, _, tail = sign(key, b"content", kid="k1").split(".")
    keys = {"keys": [public(key)]}

    assert verify_detached(f"{head}..{tail}", b"content", keys) == "k1"
    for wrong in (f"{head}..{tail}x", f"{head}.Y29udGVudA.{tail}", "..", "text"):
        with pytest.raises(OAuthError):
            verify_detached(wrong, b"content", keys)
    with pytest.raises(OAuthError, match="does not verify"):
        verify_detached(f"{head}..{tail}", b"contend", keys)


@pytest.mark.parametrize(
    "members",
    [
        None,
        [],
        {"keys": []},
        {"keys": [{"kty": "oct", "k": "AA", "kid": "a"}]},
        {"keys": [{"kty": "EC", "crv": "P-521", "kid": "a"}]},
        {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "a"}]},
        {"keys": [public(make_key(""))]},
        {"keys": [public(make_key("a")), public(make_key("a"))]},
        {"keys": [make_key().export(as_dict=True)]},
        {"keys": [public(JWK.generate(kty="RSA", size=1024, kid="a"))]},
    ],
)
def test_key_sets_that_are_refused(members: object) -> None:
    with pytest.raises(OAuthError):
        check_key_set(members)


def test_authorization_details_are_read_strictly() -> None:
    one = {"type": "farm_score", "consent_id": str(uuid4()), "purpose": "underwriting", "loan_ref": "L-1"}

    (found,) = read_details(json.dumps([one]), purposes=PURPOSES)

    assert found.members() == one
    for wrong in (
        "",
        "{}",
        "[]",
        "[" * 5000,
        json.dumps([one] * 21),
        json.dumps([one | {"type": "account"}]),
        json.dumps([one | {"more": 1}]),
        json.dumps([one | {"purpose": "marketing"}]),
        json.dumps([one | {"purpose": ["underwriting"]}]),
        json.dumps([one | {"loan_ref": "x" * 65}]),
        json.dumps([one | {"loan_ref": "a\nb"}]),
        json.dumps([one | {"consent_id": "1"}]),
    ):
        with pytest.raises(OAuthError, match="invalid_authorization_details"):
            read_details(wrong, purposes=PURPOSES)
