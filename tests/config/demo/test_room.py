import pytest
from pytest_django.fixtures import Settings

from accounts.models import Membership
from config.demo.room import make_room, with_room
from tests.factories import farm
from traceability.models import LogEntry, OutboxEntry, Plot
from traceability.services.chain import OutboxFullError

pytestmark = pytest.mark.django_db


def test_outbox_with_room_is_left_to_the_integrator(farmer: Membership) -> None:
    farm.make_plot(farmer)

    make_room()

    assert (OutboxEntry.objects.count(), LogEntry.objects.count()) == (1, 0)


def test_half_full_outbox_is_emptied(farmer: Membership, settings: Settings) -> None:
    farm.make_plot(farmer)
    settings.OUTBOX_LIMIT = 2

    make_room()

    assert (OutboxEntry.objects.count(), LogEntry.objects.count()) == (0, 1)


def test_what_finds_the_outbox_full_is_recorded_all_the_same(farmer: Membership) -> None:
    attempts = iter([OutboxFullError("outbox: full"), None])

    def record() -> Plot:
        if error := next(attempts):
            raise error
        return farm.make_plot(farmer)

    assert with_room(record).holder == farmer.organisation


def test_outbox_that_stays_full_is_told() -> None:
    def record() -> None:
        raise OutboxFullError("outbox: full")

    with pytest.raises(OutboxFullError):
        with_room(record)
