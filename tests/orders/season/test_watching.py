"""Alerts two weeks ahead: most of what stays unsold is told of, and most alerts are right."""

from dataclasses import replace
from decimal import Decimal

from orders.risk import Outlook
from orders.season import Alarms, Params, watch
from orders.season.simulate import FAIR
from orders.yields import Yield

SMALL = Params(farms=300, orders=4000, seasons=4, burn_in=2)


def test_alerts_find_four_of_five_and_every_second_one_is_right() -> None:
    """A smaller count of what `manage.py simulate_season` prints for twelve markets of a thousand farms."""
    found = sum((watch(SMALL, seed)[FAIR] for seed in (1, 2, 3)), Alarms())

    assert found.supplies > found.raised > found.right > 100
    assert found.recall >= 0.8
    assert found.precision >= 0.5


def test_who_knows_less_ahead_is_right_less_often() -> None:
    sure, unsure = (watch(replace(SMALL, estimate_sd=sd), 1)[FAIR] for sd in (0.02, 0.2))

    assert sure.precision > unsure.precision


def test_nothing_raised_and_nothing_unsold_is_no_fault() -> None:
    assert (Alarms().recall, Alarms().precision) == (1.0, 1.0)
    assert Alarms(supplies=3, raised=2, unsold=4, right=1) + Alarms(supplies=1, raised=2, unsold=0, right=1) == Alarms(
        supplies=4, raised=4, unsold=4, right=2
    )


def test_outlook_alarms_beyond_three_years_of_ten() -> None:
    kg = Yield(Decimal(900), Decimal(1000), Decimal(1110))

    assert not Outlook(kg, Decimal(944)).is_alarming
    assert Outlook(kg, Decimal(942)).is_alarming
    assert Outlook(kg, Decimal(0)).expected > 1000
