"""The bank's part of the published description, held against the API by a machine with real tokens (schemathesis)."""

import contextlib
import os
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from accounts.enums import OrganisationKind
from accounts.models import Membership
from finance.api.bank import ClientThrottle
from finance.enums import Category
from finance.models import Consent
from tests.factories import credit, scored
from tests.factories.bank import BankMachine, detail
from tests.factories.described import CHECKS, described, sent
from tests.factories.log import publish
from tests.factories.parties import make_member
from traceability.ledger import LedgerError

pytest_plugins = ["tests.factories.credit"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# How many requests of each kind are made up for each operation; in the long run, a thousand.
CASES = int(os.environ.get("SCHEMATHESIS_CASES", "12"))
OPERATIONS = {
    ("POST", "/api/bank/v1/queries"),
    ("GET", "/api/bank/v1/queries/{query_id}/evidence"),
    ("POST", "/api/bank/v1/loan-postings"),
    ("GET", "/api/bank/v1/notices"),
}


@pytest.fixture(scope="module")
def schema() -> Any:
    return described("/api/bank/")


@dataclass
class World:
    """A bank's machine, a consent that it may ask by, and a query that gave evidence."""

    machine: BankMachine
    consent: Consent
    query: str


@pytest.fixture
def world(  # noqa: PLR0917
    farmer: Membership,
    processor: Membership,
    laboratory: Membership,
    operator: Membership,
    log_keys: None,
    outbound: None,
    monkeypatch: pytest.MonkeyPatch,
) -> World:
    """One farm whose score may leave: answers hold all that they can."""
    monkeypatch.setattr(ClientThrottle, "THROTTLE_RATES", {"bank": "1000000/min"})
    scored.make_card(operator)
    scored.furnish(scored.Cast(farmer, processor, laboratory), years=scored.lately(timezone.localdate()))
    clerk = make_member(OrganisationKind.BANK, name="农商行")
    allowed = {"max_queries": 60, "categories": tuple(Category.values)}
    consent = credit.make_consent(farmer, clerk, at=timezone.now(), until=credit.soon(), **allowed)
    publish()
    asked = credit.ask(consent, clerk, at=timezone.now(), categories=("score", "records"))
    return World(BankMachine(clerk), consent, str(asked.row.pk))


def test_the_described_operations_are_all_there_are(schema: Any) -> None:
    found = {(one.ok().method.upper(), one.ok().path) for one in schema.get_all_operations()}

    assert found == OPERATIONS


def test_no_answer_lies_outside_of_the_description(schema: Any, world: World) -> None:
    token = world.machine.token(detail(world.consent.pk))
    found = {
        (path, mode): _hold(schema[path][method], world, token, mode=mode)
        for method, path in sorted(OPERATIONS)
        for mode in GenerationMode
    }

    # What is made up gets past the door, and some of it is answered; else nothing was tried.
    assert [statuses for statuses in found.values() if 401 in statuses] == []
    assert all(statuses[200] >= 1 for statuses in found.values())


def _hold(operation: Any, world: World, token: str, *, mode: GenerationMode) -> "Counter[int]":
    """Ask in ways that were made up, hold each answer against the description, and count statuses."""
    statuses: Counter[int] = Counter()

    def check(case: Any) -> None:
        proof = world.machine.proof(operation.method.upper(), case.formatted_path, token=token)
        response = sent(case, Client(), {"authorization": f"DPoP {token}", "dpop": proof})
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    @settings(max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        _come_near(case, world, data)
        check(case)

    check(_right(operation, world))
    hold()
    return statuses


def _right(operation: Any, world: World) -> Any:
    """Give a request that is answered."""
    said = {"id": str(uuid4()), "consent_id": str(world.consent.pk)}
    if operation.path.endswith("/queries"):
        return operation.Case(body={**said, "categories": list(Category.values)}, media_type="application/json")
    if operation.path.endswith("/loan-postings"):
        told = {**said, "loan_ref": said["id"], "kind": "application", "amount_fen": 5_000_000}
        body = world.machine.signed({**told, "on": timezone.localdate().isoformat()})
        return operation.Case(body=body, media_type="application/json")
    return operation.Case(path_parameters={"query_id": world.query} if "{" in operation.path else {})


def _come_near(case: Any, world: World, data: st.DataObject) -> None:
    """Let some of what was made up be about a consent and a query that are there, and signed."""
    if not data.draw(st.booleans()):
        return
    if "query_id" in (case.path_parameters or {}):
        case.path_parameters["query_id"] = world.query
    if isinstance(case.body, dict):
        case.body = {**case.body, "consent_id": str(world.consent.pk), "id": str(uuid4())}
        if "signature" in case.body:
            del case.body["signature"]
            with contextlib.suppress(LedgerError):
                case.body = world.machine.signed(case.body)
