from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.balance import at_moisture, mean_moisture

WEIGHTS = st.decimals("0.001", "1000000", places=3)
MOISTURES = st.decimals("0", "60", places=2)


def test_a_tonne_of_paddy_at_twenty_percent_dries_to_935_67_kg() -> None:
    dry = at_moisture(Decimal(1000), measured=Decimal("20.0"), wanted=Decimal("14.5"))

    assert dry == Decimal("935.673")
    assert round(dry, 2) == Decimal("935.67")


def test_what_takes_up_water_weighs_more() -> None:
    assert at_moisture(Decimal(900), measured=Decimal(10), wanted=Decimal(19)) == Decimal(1000)


@pytest.mark.parametrize(("kg", "weighs"), [("0.005", "0.002"), ("0.015", "0.008"), ("0.001", "0.000")])
def test_halves_of_a_gram_go_to_the_even_one(kg: str, weighs: str) -> None:
    assert at_moisture(Decimal(kg), measured=Decimal(50), wanted=Decimal(0)) == Decimal(weighs)


def test_what_is_poured_together_is_as_wet_as_its_water() -> None:
    parts = [(Decimal(1000), Decimal(20)), (Decimal(3000), Decimal(14))]

    assert mean_moisture(parts) == Decimal("15.50")


@given(WEIGHTS, MOISTURES)
def test_what_does_not_dry_keeps_its_weight(kg: Decimal, moisture: Decimal) -> None:
    assert at_moisture(kg, measured=moisture, wanted=moisture) == kg


@given(WEIGHTS, MOISTURES, MOISTURES)
def test_drying_never_adds_weight(kg: Decimal, first: Decimal, second: Decimal) -> None:
    dry, wet = sorted((first, second))

    assert at_moisture(kg, measured=wet, wanted=dry) <= kg <= at_moisture(kg, measured=dry, wanted=wet)


@given(WEIGHTS, MOISTURES, MOISTURES)
def test_there_and_back_is_the_same_to_two_grams(kg: Decimal, first: Decimal, second: Decimal) -> None:
    there = at_moisture(kg, measured=first, wanted=second)

    # Each way rounds by half a gram, which the way back may make larger, by 100/40 at most.
    assert abs(at_moisture(there, measured=second, wanted=first) - kg) <= Decimal("0.002")


@given(st.lists(st.tuples(WEIGHTS, MOISTURES), min_size=1, max_size=8))
def test_a_mixture_is_no_wetter_than_its_wettest_part(parts: list[tuple[Decimal, Decimal]]) -> None:
    moistures = [moisture for _kg, moisture in parts]

    assert min(moistures) <= mean_moisture(parts) <= max(moistures)
