import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.ledger.encoding import base64_bytes, base64_text, decimal_number, hash_bytes


@given(st.binary(max_size=80))
def test_base64_goes_round_in_the_standard_alphabet(data: bytes) -> None:
    assert base64_text(data) == base64.standard_b64encode(data).decode()
    assert base64_bytes(base64_text(data)) == data


@given(st.text("ABab01+/-_= \n", max_size=12))
def test_one_text_of_base64_stands_for_one_byte_string(text: str) -> None:
    try:
        data = base64_bytes(text)
    except ValueError:
        return

    assert base64_text(data) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("YQ", "not base64"),
        ("YQ=", "not base64"),
        ("YQ===", "not"),
        ("YR==", "not canonical base64"),
        ("YWK=", "not canonical base64"),
        ("Y-_=", "not base64"),
        ("YQ==\n", "not base64"),
        (" YQ==", "not base64"),
        ("YQ==YQ==", "not"),
        ("ＹＱ==", "not base64"),
    ],
)
def test_any_other_spelling_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        base64_bytes(text)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_hash_has_32_bytes(size: int) -> None:
    assert hash_bytes(base64_text(bytes(32))) == bytes(32)
    with pytest.raises(ValueError, match=f"a hash of {size} bytes in place of 32"):
        hash_bytes(base64_text(bytes(size)))


@given(st.integers(0, 2**64 - 1))
def test_numbers_go_round(number: int) -> None:
    assert decimal_number(str(number)) == number


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "01", "00", "1_0", " 1", "1 ", "1\n", "1.0", "1e3", "٣", "１", "0x1", str(2**64), "9" * 5000],
)
def test_any_other_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a decimal number"):
        decimal_number(text)
