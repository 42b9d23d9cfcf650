from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.decimals import decimal_text, places_of, read_decimal


@pytest.mark.parametrize("text", ["0", "0.0", "12.50", "-3.25", "1000", "0.00000001"])
def test_canonical_text_reads_and_writes_alike(text: str) -> None:
    assert decimal_text(read_decimal(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+1",
        "01",
        "00",
        "-01",
        ".5",
        "5.",
        "1e3",
        "-0",
        "-0.00",
        "1_000",
        "1,000",
        " 1",
        "1\n",
        "１",
        "NaN",
        "9" * 19,
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a decimal|no sign"):
        read_decimal(text)


@pytest.mark.parametrize(("value", "text"), [("1E+3", "1000"), ("-0.00", "0.00"), ("1E-7", "0.0000001")])
def test_decimal_text_writes_plain_digits(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_decimal_text_refuses_what_is_no_number(value: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        decimal_text(Decimal(value))


@pytest.mark.parametrize(("value", "places"), [("12.50", 2), ("12", 0), ("1E+3", 0), ("NaN", 0)])
def test_places_are_the_digits_behind_the_point(value: str, places: int) -> None:
    assert places_of(Decimal(value)) == places


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**17), max_value=10**17))
def test_every_decimal_comes_back_from_its_text(value: Decimal) -> None:
    assert read_decimal(decimal_text(value)) == value
