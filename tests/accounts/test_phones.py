import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import phones
from accounts.errors import PhoneNumberError


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "0086 138 0013 8000",
        "１３８００１３８０００",
    ],
)
def test_parse_reads_one_number_however_it_is_typed(typed: str) -> None:
    assert phones.parse(typed) == "+8613800138000"


def test_parse_takes_a_mobile_number_of_another_country() -> None:
    assert phones.parse("+852 9123 4567") == "+85291234567"


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "12", "1380013800", "138001380000", "024-2388 1234", "110", "138 0013 8000 ext. 5", "+999 1234567"],
)
def test_parse_refuses_what_receives_no_code(typed: str) -> None:
    with pytest.raises(PhoneNumberError):
        phones.parse(typed)


@given(st.text(max_size=40))
def test_parse_gives_e164_or_refuses(typed: str) -> None:
    try:
        number = phones.parse(typed)
    except PhoneNumberError:
        return

    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert len(number) <= 16
    assert phones.parse(number) == number


def test_readable_groups_the_digits() -> None:
    assert phones.readable("+8613800138000") == "138 0013 8000"
    assert phones.readable("+85291234567") == "+852 9123 4567"
