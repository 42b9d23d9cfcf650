from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.decimals import decimal_text
from traceability.errors import UnitError
from traceability.events import vocabulary
from traceability.standards.units import AREA, MASS, Quantity, area, convert_share, in_mu, kilograms_text, mass

SHARES = ["ug/kg", "mg/kg", "g/kg", "mg/g", "g/100g", "%"]


@pytest.mark.parametrize(
    ("value", "unit", "kilograms"),
    [
        ("1025", "jin", "512.5"),
        ("1000", "kg", "1000"),
        ("0.5", "t", "500"),
        ("12.50", "kg", "12.5"),
        ("7", "g", "0.007"),
    ],
)
def test_a_weight_becomes_kilograms(value: str, unit: str, kilograms: str) -> None:
    quantity = mass(value, unit)

    assert kilograms_text(quantity) == kilograms
    assert (quantity.si_unit, quantity.typed) == ("kg", {"value": value, "unit": unit})


@pytest.mark.parametrize(
    ("value", "unit", "square_metres", "mu"),
    [
        ("1", "mu", "666.67", "1.00"),
        ("3", "mu", "2000", "3.00"),
        ("1", "ha", "10000", "15.00"),
        ("12.5", "mu", "8333.33", "12.50"),
        ("2000", "m2", "2000", "3.00"),
        ("0.827", "ha", "8270", "12.40"),
    ],
)
def test_an_area_becomes_square_metres_and_mu(value: str, unit: str, square_metres: str, mu: str) -> None:
    quantity = area(value, unit)

    assert (quantity.si_value, quantity.si_unit) == (Decimal(square_metres), "m2")
    assert str(in_mu(quantity)) == mu


@pytest.mark.parametrize(
    ("value", "unit", "rule"),
    [
        ("0", "kg", "not_positive"),
        ("-1", "kg", "not_positive"),
        ("1e3", "kg", "not_a_decimal"),
        ("", "kg", "not_a_decimal"),
        ("１", "kg", "not_a_decimal"),
        ("1", "lb", "unknown_unit"),
        ("1", "mu", "unknown_unit"),
        ("0.0004", "kg", "below_minimum"),
    ],
)
def test_a_bad_weight_is_refused(value: str, unit: str, rule: str) -> None:
    with pytest.raises(UnitError) as caught:
        mass(value, unit, "/kg")

    assert (caught.value.pointer, caught.value.rule) == ("/kg", rule)


@pytest.mark.parametrize(("value", "unit", "rule"), [("1", "m2", "below_minimum"), ("5", "jin", "unknown_unit")])
def test_a_bad_area_is_refused(value: str, unit: str, rule: str) -> None:
    with pytest.raises(UnitError) as caught:
        area(value, unit)

    assert caught.value.rule == rule


def test_an_unknown_unit_is_told_which_are_known() -> None:
    with pytest.raises(UnitError, match="the unit lb is not known here; known are kg, jin, t, g"):
        mass("1", "lb")


@given(st.decimals("0.002", 10**9, places=3), st.sampled_from(sorted(MASS)))
def test_kilograms_are_exact_to_the_gram(number: Decimal, unit: str) -> None:
    quantity = mass(decimal_text(number), "kg")
    again = mass(decimal_text(quantity.si_value / MASS[unit]), unit)

    assert quantity.si_value == again.si_value == number


@given(st.decimals("0.01", 10**6, places=2))
def test_mu_come_back_from_square_metres(number: Decimal) -> None:
    metres = area(decimal_text(number), "mu").si_value

    assert in_mu(area(decimal_text(metres), "m2")) == number


@given(st.decimals(0, 10**9, places=8), st.sampled_from(SHARES), st.sampled_from(SHARES))
def test_shares_convert_there_and_back_exactly(number: Decimal, unit: str, wanted: str) -> None:
    assert convert_share(convert_share(number, unit, wanted), wanted, unit) == number


@pytest.mark.parametrize(
    ("number", "unit", "wanted", "converted"),
    [
        ("1", "mg/kg", "ug/kg", "1000"),
        ("20", "ug/kg", "mg/kg", "0.02"),
        ("1", "%", "g/100g", "1"),
        ("1", "%", "mg/kg", "10000"),
        ("0.08", "g/100g", "mg/g", "0.8"),
        ("3", "mg/g", "g/kg", "3"),
        ("10", "μg/kg", "mg/kg", "0.010"),
        ("72", "mm", "mm", "72"),
    ],
)
def test_a_share_is_converted(number: str, unit: str, wanted: str, converted: str) -> None:
    assert convert_share(Decimal(number), unit, wanted) == Decimal(converted)


@pytest.mark.parametrize(("unit", "wanted"), [("mm", "mg/kg"), ("%", "points"), ("points", "mm")])
def test_what_is_no_share_of_mass_is_not_converted(unit: str, wanted: str) -> None:
    with pytest.raises(UnitError, match=f"{unit} cannot be converted to {wanted}"):
        convert_share(Decimal(1), unit, wanted)


def test_events_take_the_units_that_are_known_here() -> None:
    assert set(vocabulary.MASS_UNITS) <= set(MASS)
    assert set(vocabulary.AREA_UNITS) == set(AREA)
    assert set(SHARES) <= set(vocabulary.RESULT_UNITS)


def test_quantities_compare_by_value() -> None:
    assert mass("2", "jin") == Quantity("2", "jin", Decimal(1), "kg")
