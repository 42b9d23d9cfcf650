"""Two at once: the same kilograms, the same number, the same entry."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import RefusedError, TraceabilityError
from traceability.models import Lot, Plot
from traceability.services.checks import rows
from traceability.services.plots import register_plot

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Make the calls at the same moment, each on a connection of its own; give what they return or raise."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except TraceabilityError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_the_same_kilograms_are_not_used_twice(farmer: Membership) -> None:
    lot = farm.make_lot(farmer, kg="1000")

    results = at_once(*[lambda: farm.make_milled(farmer, lot, kg="200", use="300")] * 6)

    lot.refresh_from_db()
    made = [one for one in results if isinstance(one, Lot)]
    assert (len(made), lot.kg) == (3, Decimal(100))
    assert {type(one) for one in results} == {Lot, RefusedError}
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_the_same_number_is_taken_once(farmer: Membership) -> None:
    results = at_once(*[lambda: farm.make_plot(farmer, number="DW-0417")] * 4)

    assert Plot.objects.filter(number="DW-0417").count() == 1
    assert sum(isinstance(one, Plot) for one in results) == 1
    assert list(rows.check_all(advance=lambda _count: None)) == []


def test_the_same_entry_is_recorded_once_and_answered_alike(farmer: Membership) -> None:
    entry, facts = farm.entry(), farm.plot_facts()

    def register() -> Plot:
        return register_plot(entry=entry, facts=facts, membership=farmer, at=farm.NOW)

    results = at_once(*[register] * 4)

    assert results == [Plot.objects.get()] * 4
    assert farm.say(f"plot:{entry.id}").eseq == 0
