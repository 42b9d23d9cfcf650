"""Two who capture at the same moment, and one who dies in the middle of it."""

import threading
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import connection

from accounts.models import Membership
from tests.factories import epcis, farm
from tests.factories.epcis import faults_of, lot, send
from tests.factories.together import at_once
from tests.traceability.epcis.samples import PADDY, RICE, amount, milling, observation
from traceability.enums import CaptureState
from traceability.errors import TraceabilityError
from traceability.models import CaptureJob, EpcisEvent, Lot
from traceability.queries import history
from traceability.queries.lots import ancestors_of
from traceability.services import capture, chain

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]

HARVEST = observation(eventID="urn:x:harvest", action="ADD")
MILLING = milling(eventID="urn:x:milling")
WRONG = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00"}}
FOREIGN = [("/epcisBody/eventList/0/quantityList/0", "foreign_item")]
REPEATED = [("/epcisBody/eventList/0/eventID", "repeated_event")]
open_batch = chain.open_batch


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two writers both have looked at what is there before either locks a head, where no lock keeps them apart."""
    barrier = threading.Barrier(2)
    here = threading.local()

    def open_together(**named: Any) -> chain.Batch:
        if not hasattr(here, "met"):
            here.met = True
            try:
                barrier.wait(0.5)
            except threading.BrokenBarrierError:
                # The other one waits for a row that this one holds.
                barrier.abort()
        return open_batch(**named)

    monkeypatch.setattr(chain, "open_batch", open_together)


@pytest.mark.usefixtures("meeting")
def test_of_two_parties_that_name_a_new_lot_one_registers_it(processor: Membership, stranger: Membership) -> None:
    jobs = at_once(lambda: send(processor, HARVEST), lambda: send(stranger, HARVEST))

    won, lost = sorted(jobs, key=faults_of)
    assert (faults_of(won), faults_of(lost)) == ([], FOREIGN)
    assert lot(PADDY).registrant == won.party
    assert EpcisEvent.objects.get().party == won.party
    assert epcis.is_clean()


@pytest.mark.usefixtures("meeting")
def test_of_a_form_and_a_document_that_name_a_new_lot_one_registers_it(
    farmer: Membership, processor: Membership
) -> None:
    season = farm.make_season(farmer)

    made, job = at_once(
        lambda: farm.make_lot(farmer, season, gtin="06901234000016", code="PJ240928A01"),
        lambda: send(processor, HARVEST),
    )

    registered = Lot.objects.get()
    if isinstance(made, Lot):
        assert (registered, faults_of(job)) == (made, FOREIGN)
    else:
        assert (registered.registrant, job.errors) == (processor.organisation, [])
        assert isinstance(made, TraceabilityError)


@pytest.mark.usefixtures("meeting")
def test_of_two_documents_with_the_same_event_one_repeats_it(processor: Membership) -> None:
    jobs = at_once(lambda: send(processor, MILLING), lambda: send(processor, MILLING))

    assert sorted(faults_of(job) for job in jobs) == [[], REPEATED]
    assert EpcisEvent.objects.count() == 1
    assert epcis.is_clean()


@pytest.mark.usefixtures("meeting")
def test_of_two_declarations_of_one_error_one_repeats_it(processor: Membership) -> None:
    send(processor, MILLING)

    jobs = at_once(*[lambda: send(processor, {**MILLING, **WRONG})] * 2)

    assert sorted(faults_of(job) for job in jobs) == [[], REPEATED]
    assert EpcisEvent.objects.count() == 2
    assert epcis.is_clean()


def test_a_job_that_is_delivered_twice_at_once_captures_once(processor: Membership) -> None:
    events = [observation(eventID=f"urn:x:{number}") for number in range(51)]
    job = send(processor, *events)

    at_once(*[lambda: capture.run(job.pk, clock=lambda: farm.NOW)] * 3)

    job.refresh_from_db()
    assert (job.state, job.captured, job.errors) == (CaptureState.SUCCEEDED, 51, [])
    assert EpcisEvent.objects.count() == 51


def test_documents_that_touch_the_same_lots_in_opposite_order_both_get_through(processor: Membership) -> None:
    send(processor, MILLING)
    there = [observation(quantityList=[amount(name, 1)]) for name in (PADDY, RICE)]
    back = there[::-1]

    def sent(name: str, events: list[Any]) -> list[CaptureJob]:
        numbered = [
            [{**one, "eventID": f"urn:x:{name}:{turn}:{place}"} for place, one in enumerate(events)]
            for turn in range(5)
        ]
        return [send(processor, *document) for document in numbered]

    jobs = at_once(lambda: sent("there", there), lambda: sent("back", back))

    assert [[job.state for job in turn] for turn in jobs] == [[CaptureState.SUCCEEDED] * 5] * 2
    assert epcis.is_clean()


def test_who_hands_a_lot_over_says_nothing_of_it_after(farmer: Membership, processor: Membership) -> None:
    made = farm.make_lot(farmer, gtin="06901234000016", code="PJ240928A01")
    farm.give(made, by=farmer, to=processor)

    _handed, job = at_once(lambda: farm.give(made, by=processor, to=farmer), lambda: send(processor, MILLING))

    types = [event.leaf.type for event in history.of(made.entity)]
    if job.errors:
        assert types == ["lot.harvested", "lot.handed_over", "lot.handed_over"]
    else:
        assert types == ["lot.harvested", "lot.handed_over", "item.linked", "lot.handed_over"]


class KilledError(BaseException):
    """Stands for the end of a process in the middle of a statement."""


def test_a_process_that_dies_at_any_statement_leaves_all_or_nothing(processor: Membership) -> None:
    for number in count(1):
        work = partial(send, processor, milling(eventID=f"urn:x:{number}"))
        before = EpcisEvent.objects.count()
        if outlives(number, work):
            break
        job = CaptureJob.objects.order_by("created_at", "pk").filter(state=CaptureState.RUNNING).first()
        if job:
            epcis.run(job)
            assert (job.state, EpcisEvent.objects.count()) == (CaptureState.SUCCEEDED, before + 1)

    assert number > 20
    assert not CaptureJob.objects.filter(state=CaptureState.RUNNING).exists()
    assert {one.lot.epc for one in ancestors_of(lot(RICE))} == {PADDY}
    assert epcis.is_clean()


def outlives(number: int, work: Callable[[], Any]) -> bool:
    """Do a work whose connection breaks at its n-th statement; tell whether it came to its end before that."""
    left = count(1)

    def dying(execute: Any, *args: Any) -> Any:
        if next(left) == number:
            raise KilledError
        return execute(*args)

    try:
        with connection.execute_wrapper(dying):
            work()
    except KilledError:
        connection.close()
        return False
    return True
