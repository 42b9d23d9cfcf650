"""No answer without a live consent, by the service and by the bank's API: Hypothesis plays farm, clock and bank.

`CONSENT_SEQUENCES` says how many sequences are tried by each door, `--hypothesis-seed` which.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from oauth2_provider.models import get_access_token_model

from accounts.models import Membership
from finance.api.bank import ClientThrottle
from finance.errors import ConsentError
from tests.factories.bank import BankMachine, detail
from tests.factories.credit import NOW, ask
from tests.finance.consenting import PURPOSES, Consenting, Door, Question, World
from traceability.errors import NotYoursError
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scorer")]

SEQUENCES = int(os.environ.get("CONSENT_SEQUENCES", "30"))
_STEPS = 8
_IDS = [uuid4() for _ in range(_STEPS)]
_CHECKED = [HealthCheck.too_slow, HealthCheck.filter_too_much]


def by_service(bank: Membership) -> Door:
    def door(question: Question, now: datetime) -> str:
        said = {"purpose": question.purpose, "categories": question.categories}
        try:
            return str(ask(question.consent, bank, at=now, by=Entry(id=question.id, time=now), **said).row.outcome)
        except ConsentError as error:
            return error.rule
        except NotYoursError:
            return "unknown"

    return door


def by_api(bank: Membership) -> Door:
    """Ask over HTTP, each time with a proof of its own; the tokens are made once, and last."""
    machine = BankMachine(bank)
    tokens = {purpose: machine.token(*(detail(one, purpose) for one in _IDS)) for purpose in PURPOSES}
    get_access_token_model().objects.update(expires=NOW + timedelta(days=900))

    def door(question: Question, now: datetime) -> str:
        said = {"id": str(question.id), "consent_id": str(question.consent), "categories": list(question.categories)}
        answer = machine.call("POST", "/api/bank/v1/queries", tokens[question.purpose], said)
        if answer.status_code == 403:
            return str(answer.json()["errors"][0]["rule"])
        return {200: "answered", 404: "unknown"}[answer.status_code]

    return door


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.mark.parametrize("door", [by_service, by_api])
def test_no_answer_without_a_live_consent_and_a_row_for_each_question(
    door: object, farmer: Membership, bank: Membership, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The clock stands still for a whole sequence: no minute has passed that could be counted by.
    monkeypatch.setattr(ClientThrottle, "THROTTLE_RATES", {"bank": None})
    world = World(farmer, bank, door(bank), _IDS, clock.move_to)  # type: ignore[operator]

    class OfWorld(Consenting):
        def __init__(self) -> None:
            super().__init__(world)

    run_state_machine_as_test(
        OfWorld,
        settings=settings(max_examples=SEQUENCES, stateful_step_count=_STEPS, suppress_health_check=_CHECKED),
    )
