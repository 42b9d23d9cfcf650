"""The authorization server, by a machine with real keys."""

import base64
import hashlib
import json
import secrets
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_grant_model

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from finance.models import BankClient, PushedRequest, TokenBinding
from finance.services.clients import Registration, register_client, replace_keys, revoke_client
from tests.factories import credit
from tests.factories.bank import CALLBACK, SITE, BankMachine, detail, make_key, public, sign
from tests.factories.parties import MORNING, make_member
from traceability.errors import NotYoursError, RefusedError

pytestmark = pytest.mark.django_db
PURPOSE = "loan_pre_assessment"


@pytest.fixture
def clerk() -> Membership:
    return make_member(OrganisationKind.BANK, name="农商行")


@pytest.fixture
def machine(clerk: Membership) -> BankMachine:
    return BankMachine(clerk)


def asked(*details: dict[str, str]) -> dict[str, str]:
    return {"grant_type": "client_credentials", "authorization_details": json.dumps(details or [detail(uuid4())])}


@pytest.mark.parametrize("kind", ["Ed25519", "P-256"])
def test_a_machine_gets_a_token_bound_to_its_key(clerk: Membership, kind: str) -> None:
    machine = BankMachine(clerk, kind=kind)
    one = detail(uuid4(), loan_ref="L-1")

    answer = machine.form("/oauth/token", machine.authenticated(**asked(one)))

    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["token_type"], said["expires_in"], said["scope"]) == ("DPoP", 300, "farm_score")
    assert said["authorization_details"] == [one]
    assert "refresh_token" not in said
    binding = TokenBinding.objects.get()
    assert (binding.method, binding.thumbprint) == ("jkt", machine.dpop_key.thumbprint())
    # Whoever reads the database finds no token that opens anything.
    assert binding.token.token == ""
    assert answer.headers["Cache-Control"].count("no-store") == 1


def test_an_assertion_and_a_proof_count_once(machine: BankMachine) -> None:
    sent, proof = machine.authenticated(**asked()), machine.proof("POST", "/oauth/token")
    assert machine.form("/oauth/token", sent).status_code == 200

    again = machine.form("/oauth/token", sent)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")

    for expected in ((200, None), (400, "invalid_dpop_proof")):
        answer = machine.form("/oauth/token", machine.authenticated(**asked()), dpop=proof)
        assert (answer.status_code, answer.json().get("error")) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"client_assertion": ""}, (401, "invalid_client")),
        ({"client_assertion": "a.b.c"}, (401, "invalid_client")),
        ({"client_assertion_type": "other"}, (401, "invalid_client")),
        ({"client_id": "another"}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "authorization_code", "code": "x"}, (400, "invalid_grant")),
        ({"authorization_details": "[]"}, (400, "invalid_authorization_details")),
        ({"authorization_details": json.dumps([detail(uuid4(), "own_view")])}, (400, "invalid_authorization_details")),
        ({"scope": "everything"}, (400, "invalid_scope")),
    ],
)
def test_requests_that_get_no_token(machine: BankMachine, changed: dict[str, str], expected: tuple[int, str]) -> None:
    answer = machine.form("/oauth/token", machine.authenticated(**asked()) | changed)

    assert (answer.status_code, answer.json()["error"]) == expected
    assert not get_access_token_model().objects.exists()


def test_no_token_without_a_key_to_bind_it_to(machine: BankMachine) -> None:
    answer = machine.http.post("/oauth/token", machine.authenticated(**asked()))

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_dpop_proof")


def test_a_secret_opens_nothing(machine: BankMachine) -> None:
    sent = asked() | {"client_id": machine.client_id, "client_secret": "anything"}

    answer = machine.form("/oauth/token", sent)

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_client_of_an_unconfirmed_bank_is_let_in_no_more(machine: BankMachine, clerk: Membership) -> None:
    clerk.organisation.confirmed_at = None
    clerk.organisation.save()

    assert machine.form("/oauth/token", machine.authenticated(**asked())).status_code == 401


def test_a_front_names_the_certificate_of_a_client(machine: BankMachine, settings: Any) -> None:
    seen = base64.urlsafe_b64encode(hashlib.sha256(b"certificate").digest()).rstrip(b"=").decode()
    BankClient.objects.update(cert_thumbprint=seen)
    sent = asked() | {"client_id": machine.client_id}
    show = {"x-client-cert": seen}

    # Nobody may say it while no front is set up.
    assert machine.http.post("/oauth/token", sent, headers=show).status_code == 401

    settings.BANK_CERT_HEADER = "X-Client-Cert"
    answer = machine.http.post("/oauth/token", sent, headers=show)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")
    assert TokenBinding.objects.get().thumbprint == seen
    other = machine.http.post("/oauth/token", sent, headers={"x-client-cert": "A" * 43})
    assert other.status_code == 401


def test_metadata_names_what_is_offered(client: Client) -> None:
    said = client.get("/.well-known/oauth-authorization-server").json()

    assert said["issuer"] == SITE
    assert said["token_endpoint"] == f"{SITE}/oauth/token"
    assert said["require_pushed_authorization_requests"] is True
    assert said["dpop_signing_alg_values_supported"] == ["EdDSA", "ES256", "PS256"]


def pushed(machine: BankMachine, consent_id: object, verifier: str, **changed: str) -> Any:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    sent = {
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "state": "s-1",
        "authorization_details": json.dumps([detail(consent_id)]),
    }
    return machine.form("/oauth/par", machine.authenticated(**{**sent, **changed}))


@pytest.mark.parametrize(
    "changed",
    [
        {"response_type": "token"},
        {"code_challenge_method": "plain"},
        {"code_challenge": "short"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": f"{CALLBACK}/more"},
        {"request_uri": "urn:x"},
        {"dpop_jkt": "A" * 43},
        {"state": "x" * 501},
    ],
)
def test_pushed_requests_that_are_refused(machine: BankMachine, changed: dict[str, str]) -> None:
    answer = pushed(machine, uuid4(), "v" * 43, **changed)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert not PushedRequest.objects.exists()


class TestCode:
    """The farmer lets a code out, and the machine exchanges it."""

    @pytest.fixture
    def consent(self, farmer: Membership, clerk: Membership) -> Any:
        return credit.make_consent(farmer, clerk, at=timezone.now(), until=timezone.localdate() + timedelta(days=30))

    def _address(self, machine: BankMachine, request_uri: str) -> str:
        return f"/oauth/authorize?client_id={machine.client_id}&request_uri={request_uri}"

    def test_the_whole_way(self, machine: BankMachine, farmer: Membership, consent: Any) -> None:
        verifier = secrets.token_urlsafe(48)
        address = self._address(machine, pushed(machine, consent.pk, verifier).json()["request_uri"])
        phone = Client()
        assert phone.get(address).status_code == 302  # to the log-in
        phone.force_login(farmer.user)

        page = phone.get(address)
        assert "form-action 'self' https://bank.example" in page.headers["Content-Security-Policy"]
        answer = phone.post(address, {"allow": "1"})

        said = parse_qs(urlsplit(answer["Location"]).query)
        assert answer["Location"].startswith(f"{CALLBACK}?")
        assert (said["state"], said["iss"]) == (["s-1"], [SITE])
        (code,) = said["code"]
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": verifier}
        token = machine.form("/oauth/token", machine.authenticated(**sent))
        assert token.status_code == 200, token.content
        assert token.json()["authorization_details"][0]["consent_id"] == str(consent.pk)
        # Once.
        again = machine.form("/oauth/token", machine.authenticated(**sent))
        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        assert phone.get(address).status_code == 400

    def test_a_code_is_bound_to_verifier_and_key(self, machine: BankMachine, farmer: Membership, consent: Any) -> None:
        phone = Client()
        phone.force_login(farmer.user)
        verifier = secrets.token_urlsafe(48)
        address = self._address(machine, pushed(machine, consent.pk, verifier).json()["request_uri"])
        (code,) = parse_qs(urlsplit(phone.post(address, {"allow": "1"})["Location"]).query)["code"]
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

        wrong = machine.form("/oauth/token", machine.authenticated(**sent, code_verifier="x" * 43))
        assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_grant")
        machine.dpop_key = make_key("d2")
        wrong = machine.form("/oauth/token", machine.authenticated(**sent, code_verifier=verifier))
        assert (wrong.status_code, wrong.json()["error"]) == (400, "invalid_dpop_proof")
        assert get_grant_model().objects.count() == 1
        assert not get_access_token_model().objects.exists()

    def test_a_no_goes_back_to_the_bank(self, machine: BankMachine, farmer: Membership, consent: Any) -> None:
        phone = Client()
        phone.force_login(farmer.user)
        address = self._address(machine, pushed(machine, consent.pk, "v" * 43).json()["request_uri"])

        said = parse_qs(urlsplit(phone.post(address, {"deny": "1"})["Location"]).query)

        assert said == {"error": ["access_denied"], "iss": [SITE], "state": ["s-1"]}

    def test_a_stranger_is_asked_nothing(self, machine: BankMachine, consent: Any) -> None:
        stranger = Client()
        stranger.force_login(make_member(name="李家").user)
        address = self._address(machine, pushed(machine, consent.pk, "v" * 43).json()["request_uri"])

        assert stranger.get(address).status_code == 404
        assert stranger.post(address, {"allow": "1"}).status_code == 404


def test_clients_are_the_owners_business(clerk: Membership) -> None:
    registration = Registration(name="x", key_set={"keys": [public(make_key())]})
    viewer = Membership(user=clerk.user, organisation=clerk.organisation, role=Role.RECORDER)
    with pytest.raises(RefusedError, match="only an owner"):
        register_client(registration=registration, membership=viewer, at=MORNING)
    with pytest.raises(NotYoursError):
        register_client(registration=registration, membership=make_member(), at=MORNING)
    private = Registration(name="x", key_set={"keys": [make_key().export(as_dict=True)]})
    with pytest.raises(RefusedError, match="the keys are refused"):
        register_client(registration=private, membership=clerk, at=MORNING)


def test_new_keys_and_revocation_end_what_was_open(machine: BankMachine, clerk: Membership) -> None:
    machine.token(detail(uuid4()))
    with pytest.raises(NotYoursError):
        revoke_client(client=machine.client, membership=make_member(OrganisationKind.BANK, name="别行"), at=MORNING)

    replace_keys(client=machine.client, key_set={"keys": [public(make_key("k2"))]}, membership=clerk)
    assert not get_access_token_model().objects.exists()
    assert machine.form("/oauth/token", machine.authenticated(**asked())).status_code == 401

    machine.client.key_set = {"keys": [public(machine.key)]}
    machine.client.save()
    assert machine.token(detail(uuid4()))
    revoke_client(client=machine.client, membership=clerk, at=MORNING)
    assert machine.form("/oauth/token", machine.authenticated(**asked())).status_code == 401


def test_an_assertion_of_the_future_is_refused(machine: BankMachine) -> None:
    late = machine.assertion(iat=int(time.time()) + 60)

    answer = machine.form("/oauth/token", machine.authenticated(**asked()) | {"client_assertion": late})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_assertion_by_a_stranger_is_refused(machine: BankMachine) -> None:
    claims = {"iss": "nobody", "sub": "nobody", "aud": SITE, "jti": "12345678", "exp": int(time.time()) + 9}
    text = sign(make_key(), claims, kid="k1")

    answer = machine.form("/oauth/token", machine.authenticated(**asked()) | {"client_assertion": text})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
