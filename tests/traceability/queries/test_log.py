from datetime import timedelta

import pytest
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import farm
from traceability.models import LogState, SignedCheckpoint
from traceability.queries import log
from traceability.services.integrator import integrate_once

MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_nothing_waits_in_an_empty_outbox() -> None:
    assert log.waiting(at_most=256) == 0


@pytest.mark.django_db
def test_the_log_is_as_far_behind_as_its_first_unsigned_entry_is_old(farmer: Membership) -> None:
    farm.make_plot(farmer, at=farm.NOW)
    farm.make_plot(farmer, number="two", at=farm.NOW + MINUTE)
    integrate_once()

    standing = log.standing()

    assert (standing.size, standing.signed, standing.unsigned) == (2, 0, 2)
    assert standing.behind(farm.NOW + 3 * MINUTE) == 3 * MINUTE
    assert standing.is_stale(farm.NOW + 3 * MINUTE)
    assert not standing.is_stale(farm.NOW + MINUTE)


@pytest.mark.django_db
def test_what_is_signed_is_not_behind_however_old(farmer: Membership) -> None:
    farm.make_plot(farmer, at=farm.NOW)
    integrate_once()
    SignedCheckpoint.objects.create(size=1, note="as if")

    standing = log.standing()

    assert (standing.unsigned, standing.behind(farm.NOW + 900 * MINUTE)) == (0, timedelta(0))


@pytest.mark.django_db
def test_a_log_whose_entries_are_gone_is_stale(settings: Settings) -> None:
    LogState.objects.create(origin=settings.LOG_ORIGIN, size=3, frontier=b"")

    assert log.standing().is_stale(farm.NOW)


def test_a_clock_that_was_set_back_makes_nothing_late() -> None:
    standing = log.Standing(size=1, waiting=0, checkpoint=None, published_at=None, unsigned_since=farm.NOW)

    assert standing.behind(farm.NOW - MINUTE) == timedelta(0)
