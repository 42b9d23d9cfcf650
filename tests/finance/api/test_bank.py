"""The bank's API: who is let in, what goes out, and what is written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.api.bank import ClientThrottle
from finance.api.urls import urlpatterns
from finance.enums import LoanState
from finance.models import AuditRow, BankNotice, Consent, Loan
from tests.factories import credit, scored
from tests.factories.api import Machine
from tests.factories.bank import BankMachine, detail
from tests.factories.credit import Scorer
from tests.factories.log import publish
from tests.factories.parties import make_member

pytest_plugins = ["tests.factories.credit"]
pytestmark = pytest.mark.django_db
QUERIES, POSTINGS = "/api/bank/v1/queries", "/api/bank/v1/loan-postings"


@pytest.fixture
def clerk() -> Membership:
    return make_member(OrganisationKind.BANK, name="农商行")


@pytest.fixture
def machine(clerk: Membership) -> BankMachine:
    return BankMachine(clerk)


@pytest.fixture
def consent(farmer: Membership, clerk: Membership) -> Consent:
    until = timezone.localdate() + timedelta(days=30)
    return credit.make_consent(farmer, clerk, at=timezone.now(), until=until)


def ask(machine: BankMachine, consent_id: object, *, purpose: str = "loan_pre_assessment", **said: Any) -> Any:
    token = machine.token(detail(consent_id, purpose, "L-1"))
    body = {"id": str(uuid4()), "consent_id": str(consent_id), **said}
    return machine.call("POST", QUERIES, token, body)


def rules(answer: Any) -> list[str]:
    return [one["rule"] for one in answer.json()["errors"]]


def test_without_a_licence_no_number_leaves(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    answer = ask(machine, consent.pk)

    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert (said["score"], said["grade"], said["reasons"], said["certificate"]) == (None, None, None, None)
    assert (said["withheld"], said["queries_left"]) == (True, 2)
    row = AuditRow.objects.get()
    assert (row.client_id, row.key_thumbprint) == (machine.client_id, machine.dpop_key.thumbprint())
    assert (row.loan_ref, row.outcome) == ("L-1", "answered")


@pytest.mark.parametrize(("purpose", "rule"), [("underwriting", "purpose_mismatch")])
def test_another_purpose_is_refused_and_written_down(
    machine: BankMachine, consent: Consent, scorer: Scorer, purpose: str, rule: str
) -> None:
    answer = ask(machine, consent.pk, purpose=purpose)

    assert (answer.status_code, rules(answer)) == (403, [rule])
    assert AuditRow.objects.get().outcome == rule


def expire(consent: Consent) -> None:
    Consent.objects.filter(pk=consent.pk).update(expires_at=timezone.now())


def use_up(consent: Consent) -> None:
    Consent.objects.filter(pk=consent.pk).update(queries_used=consent.max_queries)


def replace(consent: Consent) -> None:
    Consent.objects.filter(pk=consent.pk).update(state="superseded")


@pytest.mark.parametrize(
    ("happens", "said", "rule"),
    [
        (expire, {}, "consent_expired"),
        (use_up, {}, "query_limit"),
        (replace, {}, "consent_missing"),
        (None, {"categories": ["score", "features"]}, "consent_missing"),
    ],
    ids=["over", "used up", "replaced", "other data"],
)
def test_what_no_consent_covers_is_refused_by_its_code_and_written_down(  # noqa: PLR0917
    machine: BankMachine,
    consent: Consent,
    scorer: Scorer,
    happens: Callable[[Consent], None] | None,
    said: dict[str, Any],
    rule: str,
) -> None:
    if happens:
        happens(consent)

    answer = ask(machine, consent.pk, **said)

    assert (answer.status_code, rules(answer)) == (403, [rule])
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert AuditRow.objects.get().outcome == rule
    assert scorer.made == {}


def test_the_id_of_another_query_is_a_conflict(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    query = str(uuid4())
    assert ask(machine, consent.pk, id=query).status_code == 200

    answer = ask(machine, consent.pk, id=query, categories=["records"])

    assert (answer.status_code, rules(answer)) == (409, ["query_id_used"])
    assert AuditRow.objects.count() == 1


@pytest.mark.usefixtures("log_keys")
def test_a_consent_that_the_published_log_does_not_hold_yet_is_asked_for_again(
    machine: BankMachine, farmer: Membership, clerk: Membership, operator: Membership
) -> None:
    scored.make_card(operator)
    publish()
    consent = credit.make_consent(farmer, clerk, at=timezone.now(), until=credit.soon())

    early = ask(machine, consent.pk)
    publish()
    later = ask(machine, consent.pk)

    assert (early.status_code, rules(early)) == (409, ["stale_checkpoint"])
    assert (later.status_code, later.json()["withheld"]) == (200, True)


def test_who_asks_too_often_is_told_when_to_come_again(
    machine: BankMachine, consent: Consent, clerk: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ClientThrottle, "THROTTLE_RATES", {"bank": "2/min"})
    # No minute ends between two of the requests.
    monkeypatch.setattr(ClientThrottle, "timer", lambda _self: 1_000_000_010.0)
    other = BankMachine(clerk)

    def status(one: BankMachine, token: str) -> int:
        return int(one.call("GET", "/api/bank/v1/notices", token).status_code)

    token = machine.token(detail(consent.pk))
    assert [status(machine, token) for _ in range(2)] == [200, 200]
    refused = machine.call("GET", "/api/bank/v1/notices", token)

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 60 - 1_000_000_010 % 60
    # Each machine is counted by itself.
    assert status(other, other.token(detail(consent.pk))) == 200


def test_a_consent_taken_back_is_refused_and_the_bank_is_told(
    machine: BankMachine, consent: Consent, farmer: Membership, scorer: Scorer
) -> None:
    assert ask(machine, consent.pk).status_code == 200
    credit.revoke(consent, farmer, at=timezone.now())

    answer = ask(machine, consent.pk)

    assert (answer.status_code, rules(answer)) == (403, ["consent_revoked"])
    notices = machine.call("GET", "/api/bank/v1/notices", machine.token(detail(consent.pk)))
    assert [(one["consent_id"], one["kind"]) for one in notices.json()] == [(str(consent.pk), "revoked")]
    assert BankNotice.objects.get().read_at is not None


def test_unknown_and_not_permitted_are_alike(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    other = BankMachine(make_member(OrganisationKind.BANK, name="别行"))

    nobodys = uuid4()

    foreign, unknown = ask(other, consent.pk), ask(other, nobodys)

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.content.replace(str(consent.pk).encode(), str(nobodys).encode()) == unknown.content
    assert [row.outcome for row in AuditRow.objects.all()] == ["unknown", "unknown"]


def test_a_token_is_good_for_its_consents_alone(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    token = machine.token(detail(uuid4()))

    answer = machine.call("POST", QUERIES, token, {"id": str(uuid4()), "consent_id": str(consent.pk)})

    assert answer.status_code == 403
    assert not AuditRow.objects.exists()


def test_a_query_again_is_the_same_query(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    query = str(uuid4())
    first, second = ask(machine, consent.pk, id=query), ask(machine, consent.pk, id=query)

    assert first.json() | {"queries_left": 0} == second.json() | {"queries_left": 0}
    assert AuditRow.objects.count() == 1


def test_a_checkpoint_behind_what_the_bank_has_seen(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    answer = ask(machine, consent.pk, known_tree_size=10**6)

    assert (answer.status_code, rules(answer)) == (409, ["checkpoint_behind"])


def test_evidence_goes_out_where_records_were_asked_for(machine: BankMachine, consent: Consent, scorer: Scorer) -> None:
    query = str(uuid4())
    assert ask(machine, consent.pk, id=query, categories=["score", "records"]).status_code == 200
    token = machine.token(detail(consent.pk))

    answer = machine.call("GET", f"{QUERIES}/{query}/evidence", token)

    assert answer.status_code == 200
    assert answer.content.startswith(b"evidence of")
    assert machine.call("GET", f"{QUERIES}/{uuid4()}/evidence", token).status_code == 404
    assert AuditRow.objects.count() == 2


@pytest.mark.parametrize("body", [{}, {"id": "1"}, {"more": 1}, {"categories": ["secrets"]}, {"categories": []}])
def test_what_cannot_be_read_is_refused(machine: BankMachine, body: dict[str, Any]) -> None:
    answer = machine.call("POST", QUERIES, machine.token(detail(uuid4())), body)

    assert answer.status_code == 400


@pytest.mark.parametrize("name", [one.name for one in urlpatterns])
def test_nobody_comes_in_without_a_bound_token(machine: BankMachine, clerk: Membership, name: str) -> None:
    path = reverse(f"bank-api:{name}", args=[uuid4()] if name == "evidence" else [])
    method = "POST" if name in {"queries", "postings"} else "GET"
    token = machine.token(detail(uuid4()))
    member = Client()
    member.force_login(clerk.user)
    bearer = {"authorization": f"Bearer {token}"}
    proof = machine.proof(method, path, token=token)
    shown = {"authorization": f"DPoP {token}"}
    thief = BankMachine(make_member(OrganisationKind.BANK, name="别行"))

    def status(client: Client, headers: dict[str, str]) -> int:
        return client.generic(method, path, "{}", content_type="application/json", headers=headers).status_code

    assert status(Client(), {}) == 401
    assert status(member, {}) == 401
    assert status(Machine(clerk).client, {}) == 401
    assert status(Client(), bearer) == 401
    assert status(Client(), shown) == 401
    # Another's proof, a proof for another place, another method, and another token.
    assert status(Client(), {**shown, "dpop": thief.proof(method, path, token=token)}) == 401
    assert status(Client(), {**shown, "dpop": machine.proof(method, f"{path}/x", token=token)}) == 401
    assert status(Client(), {**shown, "dpop": machine.proof("PUT", path, token=token)}) == 401
    assert status(Client(), {**shown, "dpop": machine.proof(method, path, token="x")}) == 401
    assert status(Client(), {**shown, "dpop": proof}) != 401
    # And once only.
    assert status(Client(), {**shown, "dpop": proof}) == 401


def posting(machine: BankMachine, consent: Consent, **said: Any) -> dict[str, Any]:
    facts = {
        "id": str(uuid4()),
        "consent_id": str(consent.pk),
        "loan_ref": "L-1",
        "kind": "application",
        "on": timezone.localdate().isoformat(),
        "amount_fen": 5_000_000,
    }
    return machine.signed({**facts, **said})


def test_a_posting_is_taken_once(machine: BankMachine, consent: Consent) -> None:
    token, said = machine.token(detail(consent.pk)), posting(machine, consent)

    first, second = machine.call("POST", POSTINGS, token, said), machine.call("POST", POSTINGS, token, said)

    assert (first.status_code, first.json()["state"]) == (200, "submitted")
    assert first.json() == second.json()
    assert Loan.objects.get().state == LoanState.SUBMITTED
    other = posting(machine, consent, id=said["id"], amount_fen=1)
    assert machine.call("POST", POSTINGS, token, other).status_code == 409


def test_a_posting_that_was_changed_or_is_another_banks_is_refused(
    machine: BankMachine, consent: Consent, clerk: Membership
) -> None:
    token = machine.token(detail(consent.pk))
    changed = posting(machine, consent) | {"amount_fen": 1}
    other = BankMachine(make_member(OrganisationKind.BANK, name="别行"))

    answer = machine.call("POST", POSTINGS, token, changed)

    assert (answer.status_code, rules(answer)) == (422, ["posting_unsigned"])
    assert machine.call("POST", POSTINGS, token, posting(other, consent)).status_code == 422
    foreign = other.call("POST", POSTINGS, other.token(detail(consent.pk)), posting(other, consent))
    assert foreign.status_code == 404
    assert not Loan.objects.exists()
