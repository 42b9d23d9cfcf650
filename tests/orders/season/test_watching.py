"""Alerts two weeks ahead: most of what stays unsold is told of, and most alerts are right."""

from dataclasses import replace
from decimal import Decimal

import pytest

from orders.risk import Outlook, Scenarios
from orders.season import Alarms, Params, watch
from orders.season.simulate import FAIR, REPLANNED
from orders.yields import Yield

SMALL = Params(farms=300, orders=4000, seasons=4, burn_in=2)


@pytest.mark.parametrize("policy", [REPLANNED, FAIR])
def test_alerts_find_four_of_five_and_every_second_one_is_right(policy: str) -> None:
    """A smaller count of what `manage.py simulate_season` prints: in markets of 300 farms chance is larger."""
    found = sum((watch(SMALL, seed, [policy])[policy] for seed in (1, 2)), Alarms())

    assert found.supplies > found.raised > found.right > 100
    assert found.recall >= 0.75
    assert found.precision >= 0.5


def test_who_knows_less_ahead_is_right_less_often() -> None:
    sure, unsure = (watch(replace(SMALL, estimate_sd=sd), 1, [FAIR])[FAIR] for sd in (0.02, 0.2))

    assert sure.precision > unsure.precision


def test_nothing_raised_and_nothing_unsold_is_no_fault() -> None:
    assert (Alarms().recall, Alarms().precision) == (1.0, 1.0)
    assert Alarms(supplies=3, raised=2, unsold=4, right=1) + Alarms(supplies=1, raised=2, unsold=0, right=1) == Alarms(
        supplies=4, raised=4, unsold=4, right=2
    )


def test_scenarios_alarm_where_much_stays_in_three_of_ten() -> None:
    kg = Decimal(1000)
    rarely = Scenarios(kg, [Decimal(101)] * 2 + [Decimal(100)] * 6)

    assert (rarely.chance, rarely.expected, rarely.is_alarming) == (0.25, Decimal("100.250"), False)
    assert Scenarios(kg, [Decimal(101)] * 3 + [Decimal(0)] * 5).is_alarming


def test_outlook_alarms_beyond_three_years_of_ten() -> None:
    kg = Yield(Decimal(900), Decimal(1000), Decimal(1110))

    assert not Outlook(kg, Decimal(944)).is_alarming
    assert Outlook(kg, Decimal(942)).is_alarming
    assert Outlook(kg, Decimal(0)).expected > 1000
