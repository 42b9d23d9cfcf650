import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import codes
from accounts.errors import CreditCodeError, DivisionCodeError

GOOD = "91350100M000100Y43"


@pytest.mark.parametrize("typed", [GOOD, GOOD.lower(), " 91350100 M000100Y43 "])
def test_credit_code_is_kept_in_capitals_without_spaces(typed: str) -> None:
    assert codes.credit_code(typed) == GOOD


@pytest.mark.parametrize("typed", ["", "91350100M000100Y44", "91350100M000100Y4", GOOD + "0", "9135010OM000100Y43"])
def test_credit_code_refuses_a_wrong_one(typed: str) -> None:
    with pytest.raises(CreditCodeError):
        codes.credit_code(typed)


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_credit_code_finds_any_one_wrong_character(place: int, character: str) -> None:
    typed = GOOD[:place] + character + GOOD[place + 1 :]

    if typed == GOOD:
        assert codes.credit_code(typed) == GOOD
    else:
        with pytest.raises(CreditCodeError):
            codes.credit_code(typed)


@pytest.mark.parametrize("typed", ["211104105203", "21 11 04 105203", "110000000000"])
def test_division_code_takes_12_digits_of_a_province(typed: str) -> None:
    assert codes.division_code(typed) == typed.replace(" ", "")


@pytest.mark.parametrize(
    "typed", ["", "21110410520", "2111041052031", "991104105203", "21110410520a", "２１１１０４１０５２０３"]
)
def test_division_code_refuses_others(typed: str) -> None:
    with pytest.raises(DivisionCodeError):
        codes.division_code(typed)
