"""A bank's machine, with real keys: it signs assertions, proofs and postings as docs/guides/banks.md says."""

import hashlib
import json
import secrets
import time
from typing import Any

from django.test import Client
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from accounts.models import Membership
from finance.models import BankClient
from finance.oauth import ASSERTION_TYPE
from finance.services.clients import Registration, register_client
from tests.factories.parties import MORNING
from traceability.ledger import canonicalize

SITE = "http://testserver"
CALLBACK = "https://bank.example/callback"


def make_key(kid: str = "k1", *, kind: str = "Ed25519") -> JWK:
    if kind == "Ed25519":
        return JWK.generate(kty="OKP", crv="Ed25519", kid=kid)
    return JWK.generate(kty="EC", crv="P-256", kid=kid)


def sign(key: JWK, claims: dict[str, Any] | bytes, **header: Any) -> str:
    algorithm = "EdDSA" if key["kty"] == "OKP" else "ES256"
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    made = JWS(payload)
    made.add_signature(key, protected=json.dumps({"alg": algorithm, **header}))
    text: str = made.serialize(compact=True)
    return text


def public(key: JWK) -> dict[str, Any]:
    found: dict[str, Any] = key.export_public(as_dict=True)
    return found


def register(member: Membership, key: JWK, *, name: str = "scoring") -> BankClient:
    registration = Registration(name=name, key_set={"keys": [public(key)]}, redirect_uris=(CALLBACK,))
    return register_client(registration=registration, membership=member, at=MORNING)


class BankMachine:
    """A machine of one bank, by its own clock."""

    def __init__(self, member: Membership, *, kind: str = "Ed25519") -> None:
        self.key, self.dpop_key = make_key(kind=kind), make_key("d1", kind=kind)
        self.client = register(member, self.key)
        self.client_id: str = self.client.application.client_id
        self.http = Client(headers={"accept-language": "en"})

    def assertion(self, **changed: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": SITE, "iat": now, "exp": now + 60}
        return sign(self.key, {**claims, "jti": secrets.token_hex(16), **changed}, kid=self.key["kid"])

    def proof(self, method: str, path: str, *, token: str | None = None, **changed: Any) -> str:
        claims = {"htm": method, "htu": SITE + path, "iat": int(time.time()), "jti": secrets.token_hex(16)}
        if token is not None:
            claims["ath"] = base64url_encode(hashlib.sha256(token.encode()).digest())
        return sign(self.dpop_key, {**claims, **changed}, typ="dpop+jwt", jwk=public(self.dpop_key))

    def authenticated(self, **members: str) -> dict[str, str]:
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": self.assertion(), **members}

    def form(self, path: str, members: dict[str, str], **headers: str) -> Any:
        return self.http.post(path, members, headers={"dpop": self.proof("POST", path), **headers})

    def token(self, *details: dict[str, str]) -> str:
        sent = self.authenticated(grant_type="client_credentials", authorization_details=json.dumps(details))
        answer = self.form("/oauth/token", sent)
        assert answer.status_code == 200, answer.content
        found: str = answer.json()["access_token"]
        return found

    def call(self, method: str, path: str, token: str, body: dict[str, Any] | None = None) -> Any:
        headers = {"authorization": f"DPoP {token}", "dpop": self.proof(method, path, token=token)}
        if method == "GET":
            return self.http.get(path, headers=headers)
        return self.http.post(path, json.dumps(body), content_type="application/json", headers=headers)

    def signed(self, members: dict[str, Any]) -> dict[str, Any]:
        """Sign a posting: a JWS over its canonical bytes, without them."""
        head, _, signature = sign(self.key, canonicalize(members), kid=self.key["kid"]).split(".")
        return {**members, "signature": f"{head}..{signature}"}


def detail(consent_id: object, purpose: str = "loan_pre_assessment", loan_ref: str = "") -> dict[str, str]:
    found = {"type": "farm_score", "consent_id": str(consent_id), "purpose": purpose}
    return found | ({"loan_ref": loan_ref} if loan_ref else {})
