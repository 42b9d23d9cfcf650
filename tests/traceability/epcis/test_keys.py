from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from traceability.epcis.keys import Key, check_digit, has_check_digit


@vectors.cases(vectors.read("digital-link/check-digits.json"))
def test_published_check_digits_are_judged(case: Any) -> None:
    assert has_check_digit(case["value"]) is case["valid"]


@pytest.mark.parametrize(
    ("digits", "expected"),
    [("0690123400001", "6"), ("16901234000000012", "9"), ("690123400100", "6"), ("0401234500022", "1"), ("0", "0")],
)
def test_a_check_digit_weighs_every_second_digit_three_times(digits: str, expected: str) -> None:
    assert check_digit(digits) == expected
    assert has_check_digit(digits + expected)


@pytest.mark.parametrize("text", ["", "0", "6", "06901234000O16", "０６９０１２３４００００１６", "-1"])
def test_what_is_not_digits_has_no_check_digit(text: str) -> None:
    assert not has_check_digit(text)


@given(st.text("0123456789", min_size=1, max_size=17), st.data())
def test_a_single_wrong_digit_is_found(digits: str, data: st.DataObject) -> None:
    whole = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from([one for one in "0123456789" if one != whole[place]]))

    assert not has_check_digit(whole[:place] + wrong + whole[place + 1 :])


@pytest.mark.parametrize(
    ("key", "uri", "digits"),
    [
        (Key("01", "06901234000016", "10", "WFD+CH1"), "/01/06901234000016/10/WFD%2BCH1", "06901234000016"),
        (Key("8003", "04012345000221334455"), "/8003/04012345000221334455", "04012345000221"),
        (Key("253", "4012345000092PO/4711"), "/253/4012345000092PO%2F4711", "4012345000092"),
        (Key("8004", "6901234DRYER7"), "/8004/6901234DRYER7", ""),
    ],
)
def test_a_key_is_written_as_a_link_and_knows_its_digits(key: Key, uri: str, digits: str) -> None:
    assert key.uri == f"https://id.gs1.org{uri}"
    assert key.digits == digits
    assert key.is_well_formed


@pytest.mark.parametrize(
    "key",
    [
        Key("01", "6901234000016"),
        Key("01", "06901234000016", "10", "A" * 21),
        Key("01", "06901234000016", "10", ""),
        Key("01", "06901234000016", "10", "稻2024"),
        Key("01", "06901234000016", "21", "SN 1"),
        Key("00", "１６９０１２３４０００００００１２９"),
        Key("8003", "14012345000221"),
        Key("9999", "1"),
    ],
)
def test_a_key_of_another_length_or_character_set_is_not_well_formed(key: Key) -> None:
    assert not key.is_well_formed
