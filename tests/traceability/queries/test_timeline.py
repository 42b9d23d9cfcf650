import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from tests.factories import farm
from traceability.queries.records import find
from traceability.queries.timeline import steps

pytestmark = pytest.mark.django_db


def test_events_are_told_by_their_days_with_who_said_them(farmer: Membership, processor: Membership) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    farm.make_milled(processor, lot, use="10", kg="5")

    told = steps(lot.entity)

    assert [(step.label, step.party) for step in told] == [
        ("Lot harvested", farmer.organisation),
        ("Lot handed over", farmer.organisation),
        ("Lot used", processor.organisation),
    ]


def test_what_was_recorded_late_stands_on_its_day(farmer: Membership) -> None:
    season = farm.make_season(farmer)
    farm.log(season, "irrigated", by=farmer, days=40)
    farm.log(season, "sown", by=farmer, days=1)

    assert [step.standing.type for step in steps(season.entity)] == [
        "season.opened",
        "growth.sown",
        "growth.irrigated",
    ]


def test_several_histories_take_as_many_statements_as_one(farmer: Membership) -> None:
    seasons = [farm.make_season(farmer) for _ in range(3)]
    counts = []

    for some in (seasons[:1], seasons):
        with CaptureQueriesContext(connection) as queries:
            steps(*(season.entity for season in some))
        counts.append(len(queries))

    assert counts == [3, 3]


def test_a_record_is_found_by_its_id_and_a_correction_is_none(farmer: Membership) -> None:
    plot = farm.make_plot(farmer)

    found = find(plot.pk)

    assert found
    assert (found.type, found.body["number"]) == ("plot.registered", plot.number)
    assert find(farmer.user.public_id) is None
