"""The whole published description, held against the API by everybody who may come (schemathesis).

More cases for each operation: `DESCRIBED_CASES=200 pytest -n 0 tests/security/test_described.py`; of one part alone:
`DESCRIBED_PART=/api/v1/orders`.
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from rest_framework.throttling import SimpleRateThrottle
from schemathesis import GenerationMode, Response
from schemathesis.core.failures import Failure, FailureGroup

from accounts.enums import KeyRole, OrganisationKind
from accounts.models import Membership, Organisation
from tests.browser.every_page import furnish, known
from tests.factories import credit, farm, stories
from tests.factories.api import Machine
from tests.factories.bank import BankMachine, detail
from tests.factories.described import CHECKS, described, sent
from tests.factories.log import publish
from tests.factories.pages import client_of
from tests.factories.parties import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# How many requests of each kind, fitting and spoiled, are made up for each operation.
CASES = int(os.environ.get("DESCRIBED_CASES", "1"))
PART = os.environ.get("DESCRIBED_PART", "/api/")
# What members of bodies name, by the places in addresses that name the same.
_NAMED_IN_BODIES = {
    "lot": "lot_id",
    "plot": "plot_id",
    "season": "season_id",
    "offer": "offer_id",
    "supply": "supply_id",
}
_PARTIES = {"to", "laboratory", "supplier"}


@dataclass
class World:
    """Who asks, what there is to ask about, and what came of it."""

    callers: Mapping[str, Client]
    bank: BankMachine
    consent: object
    known: Mapping[str, Sequence[object]]
    faults: set[str] = field(default_factory=set)
    _turn: int = 0

    def ask(self, case: Any, caller: str) -> Response:
        """Ask, take back what was written, and hold the answer against the description."""
        headers = self._headers(case) if caller == "bank token" else {}
        with transaction.atomic():
            response = sent(case, self.callers[caller], headers)
            transaction.set_rollback(True)
        try:
            case.validate_response(response, checks=CHECKS)
        except (Failure, FailureGroup) as error:
            why = "; ".join(str(one).splitlines()[0] for one in getattr(error, "exceptions", [error]))
            answer = f"{caller} {response.status_code} {response.content[:300]!r}"
            self.faults.add(f"{case.method} {case.path}: {why} ({answer})")
        return response

    def may_come(self, path: str) -> list[str]:
        """Give the callers, those first who are most likely let in; each operation begins with another one."""
        if path.startswith("/api/bank/"):
            return ["bank token", "bank", "anonymous"]
        if path.startswith("/api/fieldwork/"):
            return ["person", "processor", "anonymous"]
        names = sorted(self.callers)
        self._turn += 1
        return [names[(self._turn + place) % len(names)] for place in range(len(names))]

    def _headers(self, case: Any) -> dict[str, str]:
        token = self.bank.token(detail(self.consent))
        proof = self.bank.proof(case.method, case.formatted_path, token=token)
        return {"authorization": f"DPoP {token}", "dpop": proof}


@pytest.fixture
def world(operator: Membership, log_keys: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
    settings.ADDRESS_RATE = 1_000_000
    for scope in SimpleRateThrottle.THROTTLE_RATES:
        monkeypatch.setitem(SimpleRateThrottle.THROTTLE_RATES, scope, "1000000/min")
    with time_machine.travel(farm.NOW):
        story = stories.rice()
        members = furnish(story, operator)
        publish()
        clerk = make_member(OrganisationKind.BANK, name="农商行")
        consent = credit.make_consent(story.farmer, clerk, at=timezone.now(), until=credit.soon())
        logging.disable(logging.WARNING)
        yield World(_callers(members, story), BankMachine(clerk), consent.pk, known())
        logging.disable(logging.NOTSET)


def _callers(members: Sequence[Membership | None], story: stories.Story) -> Mapping[str, Client]:
    """A key for each kind of party, one that only reads, a person who is logged in, a bank's machine, and nobody."""
    parties = [one for one in members if one]
    return {
        **{one.organisation.kind.lower(): Machine(one).client for one in parties},
        "reading key": Machine(story.mill, role=KeyRole.VIEWER).client,
        "person": client_of(story.farmer),
        "bank token": Client(),
        "anonymous": Client(),
    }


def test_nobody_gets_an_answer_that_lies_outside_of_the_description(world: World) -> None:
    operations = [one.ok() for one in described(PART).get_all_operations()]
    tried = {operation.label: _hold(operation, world) for operation in operations}

    assert "\n".join(sorted(world.faults)) == ""
    # What is made up gets past the door, and most of what is read is there; else nothing was tried.
    assert [label for label, statuses in tried.items() if set(statuses) <= {401}] == []
    reads = {label: statuses for label, statuses in tried.items() if label.startswith("GET")}
    assert sum(statuses[200] > 0 for statuses in reads.values()) > 0.8 * len(reads)


def _hold(operation: Any, world: World) -> "Counter[int]":
    """Ask about what is there until somebody may read it, then as was made up, and count statuses."""
    statuses: Counter[int] = Counter()
    callers = world.may_come(operation.path)
    if operation.method.upper() == "GET":
        for caller in callers:
            response = world.ask(operation.Case(path_parameters=_places(operation, world)), caller)
            statuses[response.status_code] += 1
            if response.status_code == HTTPStatus.OK:
                break
    for mode in GenerationMode:
        _make_up(operation, world, mode, statuses)
    return statuses


def _make_up(operation: Any, world: World, mode: GenerationMode, statuses: "Counter[int]") -> None:
    turns = cycle(world.may_come(operation.path))

    # What is wrong is noted as it comes, and nothing made smaller: that costs more than all the rest.
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def hold(data: st.DataObject) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        _come_near(case, operation, world, data)
        statuses[world.ask(case, next(turns)).status_code] += 1

    hold()


def _places(operation: Any, world: World, number: int = 0) -> dict[str, Any]:
    """Fill the places of an address with what is there."""
    names = [one.name for one in operation.path_parameters]
    found = {name: world.known.get(name) or [uuid4()] for name in names}
    return {name: str(values[number % len(values)]) for name, values in found.items()}


def _come_near(case: Any, operation: Any, world: World, data: st.DataObject) -> None:
    """Let some of what was made up be about things that are there."""
    if not data.draw(st.booleans()):
        return
    if case.path_parameters:
        case.path_parameters.update(_places(operation, world, data.draw(st.integers(0, 3))))
    if isinstance(case.body, dict):
        case.body = _named(case.body, world)


def _named(body: Any, world: World) -> Any:
    """Put ids of things that are there where a body names some."""
    if isinstance(body, list):
        return [_named(one, world) for one in body]
    if not isinstance(body, dict):
        return body
    parties = [str(one) for one in Organisation.objects.values_list("public_id", flat=True)[:1]]
    put = {name: str(world.known[place][0]) for name, place in _NAMED_IN_BODIES.items() if name in body}
    put |= dict.fromkeys(_PARTIES & body.keys(), parties[0])
    put |= {"id": str(uuid4())} if "id" in body else {}
    put |= {"consent_id": str(world.consent)} if "consent_id" in body else {}
    return {**{name: _named(value, world) for name, value in body.items()}, **put}
