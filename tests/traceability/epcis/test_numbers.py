from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.numbers import Number, plain


@pytest.mark.parametrize("text", ["0", "-0", "1.50", "12345678901234567890.123456789", "1E+3", "1e-7"])
def test_a_number_keeps_the_text_it_was_written_with(text: str) -> None:
    number = Number(text)

    assert (number, number.text, repr(number)) == (Decimal(text), text, f"Number('{text}')")


@pytest.mark.parametrize("text", ["1e309", "1e-309", "1E99999999999", "9" * 65])
def test_a_number_that_would_fill_the_memory_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Number(text)


@pytest.mark.parametrize(
    ("text", "written"),
    [("10.50", "10.5"), ("150.0", "150"), ("1E2", "100"), ("-0.0", "0"), ("100", "100"), ("1e-7", "0.0000001")],
)
def test_plain_digits_have_no_exponent_and_no_trailing_zeros(text: str, written: str) -> None:
    assert plain(Decimal(text)) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_plain_digits_keep_the_value(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
