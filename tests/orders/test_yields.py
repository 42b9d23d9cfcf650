"""What three quantiles say of all other years."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.yields import Yield

KG = st.integers(0, 10_000_000)


def kg(value: float | str) -> Decimal:
    return Decimal(str(value))


@st.composite
def yields(draw: st.DrawFn) -> Yield:
    bad, usual, good = sorted(draw(st.lists(KG, min_size=3, max_size=3)))
    return Yield(Decimal(bad), Decimal(max(usual, 1)), Decimal(max(good, 1)))


def test_it_goes_through_all_three_however_lopsided() -> None:
    crop = Yield(kg(400), kg(1000), kg(1100))

    assert [crop.quantile(share) for share in (0.5, 0.9)] == [kg(1000), kg("1099.999")]
    assert kg("399.999") <= crop.quantile(0.1) <= 400
    assert [round(crop.chance_above(kg(one)), 9) for one in (400, 1000, 1100)] == [0.9, 0.5, 0.1]


def test_a_bad_year_without_a_harvest_says_nothing_of_the_good_ones() -> None:
    crop = Yield(kg(0), kg(10_000), kg(12_000))

    # Half of all years give some 10 to 12 t, and a tenth of them nothing: on the average that is below a usual one.
    assert 5_500 < crop.expected_above(kg(0)) < 6_500
    assert crop.expected_above(kg(12_000)) < 200
    assert crop.quantile(0.1) == 0


@given(yields(), KG)
def test_what_is_expected_above_a_mass_lies_within_its_bounds(crop: Yield, above: int) -> None:
    mass = Decimal(above)
    mean, found = crop.expected_above(Decimal(0)), crop.expected_above(mass)

    assert max(mean - mass, Decimal(0)) - Decimal("0.01") <= found <= mean <= crop.p90
    assert 0 <= crop.chance_above(mass) <= 1
    assert crop.quantile(0.2) <= crop.quantile(0.5) <= crop.quantile(0.8)


@pytest.mark.parametrize("above", [1, 500, 999, 1050])
@pytest.mark.parametrize("crop", [Yield(kg(800), kg(1000), kg(1100)), Yield(kg(1000), kg(1000), kg(1300))])
def test_what_is_expected_is_the_sum_of_chances(crop: Yield, above: int) -> None:
    steps, top = 4_000, 3_000
    width = (top - above) / steps
    summed = width * sum(crop.chance_above(kg(above + (step + 0.5) * width)) for step in range(steps))

    assert float(crop.expected_above(kg(above))) == pytest.approx(summed, abs=0.4)


def test_what_gives_nothing_gives_nothing() -> None:
    nothing = Yield(kg(0), kg(0), kg(0))

    assert nothing.quantile(0.9) == nothing.expected_above(kg(0)) == 0
    assert nothing.chance_above(kg(0)) == 0
