"""Generated farms, banks, consents and machines for the benchmark of the bank's door."""

import hashlib
import http.client
import json
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.utils import timezone
from jwcrypto.common import base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.services.clients import Registration, register_client
from tests.factories import credit, scored
from tests.factories.log import publish
from tests.factories.parties import make_member

_CONNECTIONS: dict[int, http.client.HTTPConnection] = {}


@dataclass
class Machine:
    """A bank's machine: it signs as docs/guides/banks.md says, and keeps its connection."""

    client_id: str
    key: JWK
    dpop_key: JWK = field(default_factory=lambda: JWK.generate(kty="OKP", crv="Ed25519"))
    port: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    newest: str = ""
    evidence_bytes: int = 0

    def at(self, port: int) -> "Machine":
        """Give it a server."""
        return replace(self, port=port)

    def token(self, consent: str) -> int:
        """Get a token that is good for a consent."""
        now = int(time.time())
        claims = {"iss": self.client_id, "sub": self.client_id, "aud": self._site, "iat": now, "exp": now + 60}
        details = [{"type": "farm_score", "consent_id": consent, "purpose": "loan_pre_assessment", "loan_ref": "L-1"}]
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": _sign(self.key, {**claims, "jti": secrets.token_hex(16)}, kid=self.key["kid"]),
            "authorization_details": json.dumps(details),
        }
        status, body = self._send("POST", "/oauth/token", form=form)
        if status == http.HTTPStatus.OK:
            self.newest = self.tokens[consent] = json.loads(body)["access_token"]
        return status

    def ask(self, consent: str, query: str) -> int:
        """Ask by a consent, with the token that is good for it."""
        body = {"id": query, "consent_id": consent, "categories": ["score", "records"]}
        return self._send("POST", "/api/bank/v1/queries", token=self.tokens[consent], body=body)[0]

    def evidence(self, query: str) -> int:
        """Download the evidence of a query."""
        status, body = self._send("GET", f"/api/bank/v1/queries/{query}/evidence", token=self.newest)
        self.evidence_bytes = len(body)
        return status

    def hello(self) -> int:
        """Ask for the page that does nothing."""
        return self._exchange("GET", "/healthz")[0]

    @property
    def _site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _proof(self, method: str, path: str, token: str) -> str:
        claims = {"htm": method, "htu": self._site + path, "iat": int(time.time()), "jti": secrets.token_hex(16)}
        if token:
            claims["ath"] = base64url_encode(hashlib.sha256(token.encode()).digest())
        return _sign(self.dpop_key, claims, typ="dpop+jwt", jwk=self.dpop_key.export_public(as_dict=True))

    def _send(
        self, method: str, path: str, *, token: str = "", form: dict[str, str] | None = None, body: Any = None
    ) -> tuple[int, bytes]:
        headers = {"DPoP": self._proof(method, path, token)}
        if token:
            headers["Authorization"] = f"DPoP {token}"
        data = urlencode(form) if form else json.dumps(body) if body else None
        headers["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
        return self._exchange(method, path, data, headers)

    def _exchange(
        self, method: str, path: str, data: str | None = None, headers: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[int, bytes]:
        connection = _CONNECTIONS.setdefault(
            threading.get_ident(), http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        )
        connection.request(method, path, data, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@dataclass(frozen=True)
class Ground:
    """Machines, and consents by the number of their bank's machine."""

    machines: list[Machine]
    consents: list[tuple[int, str]]


def furnish(*, banks: int, farms: int, flows: int) -> Ground:
    """Let farms have a past of two seasons, and give each bank consents, so that there are enough for so many flows."""
    now = timezone.now()
    operator = make_member(OrganisationKind.OPERATOR, name="generated operator")
    scored.make_card(operator)
    processor = make_member(OrganisationKind.PROCESSOR, name="generated mill")
    laboratory = make_member(OrganisationKind.LABORATORY, name="generated laboratory")
    farmers = [make_member(name=f"generated farm {number}") for number in range(farms)]
    for one in farmers:
        scored.furnish(scored.Cast(one, processor, laboratory), years=scored.lately(timezone.localdate()))
    clerks = [make_member(OrganisationKind.BANK, name=f"generated bank {number}") for number in range(banks)]
    until = timezone.localdate() + timedelta(days=60)
    made = []
    for turn in range(max(flows, banks)):
        number, farmer = turn % banks, farmers[(turn // banks + turn) % farms]
        consent = credit.make_consent(farmer, clerks[number], at=now, until=until, max_queries=60)
        made.append((number, str(consent.pk)))
    publish()
    return Ground([_machine(one) for one in clerks], made)


def _machine(clerk: Membership) -> Machine:
    key = JWK.generate(kty="OKP", crv="Ed25519", kid=str(uuid4()))
    registration = Registration(name="machine", key_set={"keys": [key.export_public(as_dict=True)]})
    client = register_client(registration=registration, membership=clerk, at=timezone.now())
    return Machine(client_id=client.application.client_id, key=key)


def _sign(key: JWK, claims: dict[str, Any], **header: Any) -> str:
    made = JWS(json.dumps(claims))
    made.add_signature(key, protected=json.dumps({"alg": "EdDSA", **header}))
    text: str = made.serialize(compact=True)
    return text
