"""A bank's machine in a storm, by docs/guides/banks.md: private_key_jwt, tokens bound by DPoP, queries by consent."""

import hashlib
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from benchmarks.storm_people import Sender
from benchmarks.storm_traffic import Answer

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_QUERIES, _TOKEN = "/api/bank/v1/queries", "/oauth/token"
_PURPOSE = "loan_pre_assessment"
# A token lives for five minutes.
_FRESH_SECONDS = 200


@dataclass
class Bank(Sender):
    """Asks for one farm's score after the other."""

    client_id: str = field(kw_only=True)
    key: str = field(kw_only=True)
    consents: Sequence[str] = field(kw_only=True)
    kind: str = "bank"

    def __post_init__(self) -> None:
        """Open the keys."""
        self._key, self._proof_key = JWK.from_json(self.key), JWK.generate(kty="OKP", crv="Ed25519")
        self._site = f"http://{self.address[0]}:{self.address[1]}"
        self._token, self._until = "", 0.0
        self._details = [{"type": "farm_score", "consent_id": one, "purpose": _PURPOSE} for one in self.consents]
        self._turn = 0

    def query(self) -> Answer:
        """Ask by the next consent; fetch a token first where there is none that is fresh."""
        if time.monotonic() > self._until:
            answer = self._fetch_token()
            if answer.status != 200:
                return answer
            self._token, self._until = answer.members()["access_token"], time.monotonic() + _FRESH_SECONDS
        consent = self.consents[self._turn % len(self.consents)]
        self._turn += 1
        asked = {"id": self.new_id(), "consent_id": consent}
        proof = self._proof("POST", _QUERIES, ath=_hash(self._token))
        headers = {"Authorization": f"DPoP {self._token}", "DPoP": proof, "Content-Type": "application/json"}
        answer = self.ask("POST", _QUERIES, body=json.dumps(asked).encode(), headers=headers)
        if answer.status == 200:
            self.tally.acknowledge(self.kind, [asked["id"]])
        return answer

    def _fetch_token(self) -> Answer:
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self._site, "iat": now, "exp": now + 60}
        assertion = _sign(self._key, {**claims, "jti": secrets.token_hex(16)}, kid=self._key["kid"])
        sent = {
            "grant_type": "client_credentials",
            "authorization_details": json.dumps(self._details),
            "client_assertion_type": _ASSERTION,
            "client_assertion": assertion,
        }
        headers = {"DPoP": self._proof("POST", _TOKEN), "Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", _TOKEN, body=urlencode(sent).encode(), headers=headers)

    def _proof(self, method: str, path: str, **more: str) -> str:
        claims = {"htm": method, "htu": self._site + path, "iat": int(time.time()), "jti": secrets.token_hex(16)}
        return _sign(self._proof_key, claims | more, typ="dpop+jwt", jwk=self._proof_key.export_public(as_dict=True))


def _hash(token: str) -> str:
    return str(base64url_encode(hashlib.sha256(token.encode()).digest()))


def _sign(key: JWK, claims: dict[str, Any], **header: Any) -> str:
    made = JWS(json.dumps(claims).encode())
    made.add_signature(key, protected=json.dumps({"alg": "EdDSA", **header}))
    return str(made.serialize(compact=True))
