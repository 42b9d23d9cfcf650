from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import InputError, NotYoursError, RefusedError
from traceability.models import Season
from traceability.queries import history
from traceability.services.plots import retire_plot
from traceability.services.seasons import open_season


def test_a_season_rests_on_its_plot(farmer: Membership) -> None:
    plot = farm.make_plot(farmer)

    season = farm.make_season(farmer, plot, variety="盐丰47", year=2026)

    leaf, head = farm.say(season.entity), history.of(plot.entity)[-1]
    assert (season.plot, season.crop, season.variety, season.year) == (plot, "rice", "盐丰47", 2026)
    assert (season.opened_on, season.area_mu) == (date(2026, 4, 20), Decimal("38.60"))
    assert season.harvested_kg == Decimal(0)
    assert [(one.entity, one.eseq, one.head) for one in leaf.inputs] == [(plot.entity, 0, head.leaf_hash.hex())]


def test_a_season_begins_on_the_day_that_china_has(farmer: Membership) -> None:
    plot = farm.make_plot(farmer)
    past_midnight = farm.entry(datetime(2026, 4, 19, 16, 30, tzinfo=UTC))

    season = open_season(plot=plot, entry=past_midnight, facts=farm.season_facts(), membership=farmer, at=farm.NOW)

    assert season.opened_on == date(2026, 4, 20)


@pytest.mark.parametrize(
    ("said", "pointer", "rule"),
    [
        ({"area_mu": Decimal("38.61")}, "/area_mu", "area_exceeds_plot"),
        ({"year": 2028}, "/time", "not_this_year"),
        ({"year": 2025}, "/time", "not_this_year"),
        ({"crop": "cotton"}, "/body/crop", "not_in_list"),
        ({"variety": ""}, "/body", "missing_member"),
        ({"area_mu": Decimal(0)}, "/body/area_mu", "not_positive"),
        ({"gtin": "06901234567893"}, "/body/gtin", "wrong_check_digit"),
    ],
)
def test_what_breaks_a_rule_is_named_and_leaves_nothing(
    farmer: Membership, said: dict[str, object], pointer: str, rule: str
) -> None:
    plot = farm.make_plot(farmer)
    before = farm.footprint()

    with pytest.raises(InputError) as caught:
        farm.make_season(farmer, plot, **said)

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)
    assert farm.footprint() == before


def test_a_winter_crop_begins_in_the_year_before(farmer: Membership) -> None:
    season = farm.make_season(farmer, crop="strawberry", variety="红颜", year=2027)

    assert (season.year, season.opened_on.year) == (2027, 2026)


def test_no_season_begins_on_a_retired_plot(farmer: Membership) -> None:
    plot = farm.make_plot(farmer)
    retire_plot(plot=plot, entry=farm.entry(), reason="given_up", membership=farmer, at=farm.NOW)

    with pytest.raises(RefusedError, match="no longer farmed"):
        farm.make_season(farmer, plot)


def test_the_same_entry_twice_makes_one_season(farmer: Membership) -> None:
    plot, entry, facts = farm.make_plot(farmer), farm.entry(), farm.season_facts()

    seasons = {
        open_season(plot=plot, entry=entry, facts=facts, membership=farmer, at=farm.NOW + timedelta(seconds=n)).pk
        for n in (0, 1)
    }

    assert list(Season.objects.values_list("pk", flat=True)) == list(seasons)


def test_a_stranger_opens_nothing(farmer: Membership, stranger: Membership) -> None:
    plot = farm.make_plot(farmer)

    with pytest.raises(NotYoursError):
        farm.make_season(stranger, plot)
