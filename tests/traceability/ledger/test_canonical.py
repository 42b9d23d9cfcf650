import json
import math
import struct
import unicodedata
import uuid
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from traceability.ledger import canonical
from traceability.ledger.canonical import (
    MAX_PROFILE_DEPTH,
    canonicalize,
    canonicalize_profiled,
    canonicalize_quickly,
    check_profile,
    parse_as_written,
    parse_canonical,
    parse_profiled,
    write_profiled,
)
from traceability.ledger.errors import CanonicalError
from traceability.ledger.merkle import leaf_hash
from traceability.ledger.strict import parse

DERIVED = vectors.read("jcs/derived_cases.json")
CYBERPHONE = ["arrays", "structures", "values"] if vectors.FOLDER.is_dir() else []

NFC_TEXT = st.text(max_size=12).map(lambda text: unicodedata.normalize("NFC", text))
SAFE_INTEGERS = st.integers(-(2**53) + 1, 2**53 - 1)
NAMES = st.text(st.characters(max_codepoint=127), max_size=8)
PROFILED = st.recursive(
    st.none() | st.booleans() | SAFE_INTEGERS | NFC_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
# Beyond 2^53 the canonical form of a float is that of an integer, which a strict reader must refuse.
FLOATS = st.floats(-(2**52), 2**52) | st.floats(1e21, 1e300)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | SAFE_INTEGERS | st.text(max_size=8) | FLOATS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@vectors.cases(DERIVED.get("canonicalize", []))
def test_canonicalize_writes_the_published_bytes(case: Any) -> None:
    data = canonicalize(parse(case["input"].encode()))

    assert data == case["canonical"].encode()
    assert sha256(data).hexdigest() == case["sha256_hex"]
    assert leaf_hash(data).hex() == case["leaf_hash_hex"]


@vectors.cases(CYBERPHONE)
def test_canonicalize_answers_the_reference_files(case: str) -> None:
    folder = vectors.FOLDER / "jcs" / "cyberphone"

    data = canonicalize(parse((folder / "input" / f"{case}.json").read_bytes()))

    assert data == (folder / "output" / f"{case}.json").read_bytes()
    assert data == bytes.fromhex((folder / "outhex" / f"{case}.txt").read_text())


@given(JSON_VALUES)
def test_canonical_bytes_are_read_back_to_the_same_bytes(value: Any) -> None:
    data = canonicalize(value)

    assert canonicalize(parse(data)) == data
    assert parse_canonical(data) == parse(data)


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b'{"a": 1}', b'["\\u0061"]', b"[1.0]", b"[1e2]", b" 1", b'["\\/"]'])
def test_parse_canonical_refuses_another_spelling(data: bytes) -> None:
    with pytest.raises(CanonicalError, match="not in canonical form"):
        parse_canonical(data)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, 2**53, {1: 2}, {b"a": 1}, "\ud800", {"\ud800": 1}, b"bytes", {1, 2}, uuid.UUID(int=0)],
)
def test_canonicalize_refuses_what_json_cannot_hold(value: Any) -> None:
    with pytest.raises(CanonicalError, match="not canonicalisable"):
        canonicalize(value)


def test_canonicalize_refuses_a_value_that_holds_itself() -> None:
    value: list[Any] = []
    value.append(value)

    with pytest.raises(CanonicalError, match="not canonicalisable"):
        canonicalize(value)


def test_names_are_ordered_by_utf16_unit_and_not_by_code_point() -> None:
    # U+FB33 comes after U+1F600 in UTF-16 (D83D DE00), before it by code point and in UTF-8.
    assert canonicalize({"\ufb33": 1, "😀": 2}) == '{"😀":2,"\ufb33":1}'.encode()


@given(PROFILED)
def test_the_fast_path_writes_the_bytes_of_the_oracle(value: Any) -> None:
    check_profile(value)

    assert canonicalize_profiled(value) == rfc8785.dumps(value)


@given(JSON_VALUES | PROFILED)
def test_what_is_written_quickly_is_what_the_oracle_writes(value: Any) -> None:
    assert canonicalize_quickly(value) == canonicalize(value)


@pytest.mark.parametrize("value", [math.nan, 2**53, uuid.UUID(int=1), {1: 2}, "\ud800"])
def test_what_json_cannot_hold_is_not_written_quickly_either(value: Any) -> None:
    with pytest.raises(CanonicalError):
        canonicalize_quickly(value)


@given(JSON_VALUES | PROFILED)
def test_the_fast_path_takes_exactly_what_the_profile_takes(value: Any) -> None:
    try:
        check_profile(value)
    except CanonicalError:
        with pytest.raises(CanonicalError):
            canonicalize_profiled(value)
        return

    assert canonicalize_profiled(value) == canonicalize(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"body": {"kg": 1.5}}, "body.kg: float is outside the profile; write decimals as text"),
        ({"body": {"kg": math.nan}}, "body.kg: float"),
        (1.0, "value: float"),
        ({"n": 2**53}, "n: integer outside"),
        ({"n": [-(2**53)]}, r"n\[0\]: integer outside"),
        ({"品种": 1}, "value: member name '品种' is not ASCII text"),
        ({"a": {"é": 1}}, "a: member name 'é' is not ASCII"),
        ({"a": {1: 1}}, "a: member name 1 is not ASCII text"),
        ({"a": "e\u0301"}, "a: text is not in Unicode form NFC"),
        ({"a": ["\ud800"]}, "lone surrogate"),
        ({"a": uuid.UUID(int=0)}, "a: UUID is outside the profile"),
        ({"a": (1, 2)}, "a: tuple is outside the profile"),
        ({"a": b"x"}, "a: bytes is outside the profile"),
        ([[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]], f"nested deeper than {MAX_PROFILE_DEPTH}"),
    ],
)
def test_the_profile_names_the_member_and_the_fault(value: Any, reason: str) -> None:
    with pytest.raises(CanonicalError, match=reason):
        check_profile(value)
    with pytest.raises(CanonicalError):
        canonicalize_profiled(value)


def test_the_profile_takes_nesting_up_to_its_bound_in_either_path() -> None:
    value: dict[str, Any] = {}
    for _ in range(MAX_PROFILE_DEPTH - 1):
        value = {"a": value}

    check_profile(value)

    assert canonicalize_profiled(value) == canonicalize(value)
    with pytest.raises(CanonicalError, match="nested deeper"):
        canonicalize_profiled({"a": value})


@given(JSON_VALUES | PROFILED, st.booleans())
def test_parse_profiled_takes_exactly_canonical_documents_of_the_profile(value: Any, spaced: bool) -> None:  # noqa: FBT001
    data = json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass") if spaced else canonicalize(value)
    try:
        check_profile(parse_canonical(data))
    except CanonicalError:
        with pytest.raises(CanonicalError):
            parse_profiled(data)
        return

    assert parse_profiled(data) == parse_canonical(data)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":18446744073709551616}',
        b'{"a":9007199254740993}',
        b'{"a":1.5}',
        b'{"a":NaN}',
        b'{"a":"\\ud800"}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\\u0061"}',
        b"[" * 2000,
        b'{"a":' * 600 + b"1" + b"}" * 600,
    ],
)
def test_parse_profiled_refuses_what_orjson_alone_would_let_through(data: bytes) -> None:
    with pytest.raises(CanonicalError):
        parse_profiled(data)


def test_without_orjson_the_oracle_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "orjson", None)
    value: Any = {"b": ["辽宁", 1, None, True], "a": {"n": "1.5"}}

    data = canonicalize_profiled(value)

    assert data == rfc8785.dumps(value)
    assert parse_profiled(data) == value
    with pytest.raises(CanonicalError, match="duplicate"):
        parse_profiled(b'{"a":1,"a":1}')


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        # RFC 8785, Appendix B: the bits of a double, and how it is written.
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("41b3de4355555555", "333333333.3333333"),
        ("41b3de4355555556", "333333333.3333334"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_the_appendix_has_them(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert canonicalize(number) == text.encode()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\b\t\n\f\r", '"\\b\\t\\n\\f\\r"'),
        ("\x00\x1f", '"\\u0000\\u001f"'),
        ('"\\/', '"\\"\\\\/"'),
        ("\x7f\u2028\u00e9", '"\x7f\u2028\u00e9"'),
    ],
)
def test_text_is_escaped_no_more_than_it_must_be(text: str, written: str) -> None:
    assert canonicalize(text) == written.encode() == write_profiled(text)


def test_what_is_written_alike_is_left_for_the_profile_to_check() -> None:
    # A float that orjson and RFC 8785 write alike: only the profile keeps it out of a leaf.
    assert parse_as_written(b'{"kg":1.5}') == {"kg": 1.5}
    with pytest.raises(CanonicalError, match="kg: float is outside the profile"):
        parse_profiled(b'{"kg":1.5}')


@pytest.mark.parametrize("value", [{"a": math.nan}, {"a": [math.inf]}, {"a": uuid.UUID(int=1)}, {"a": {"b": 1e16}}])
def test_the_fast_path_does_not_hand_out_what_orjson_makes_of_other_kinds(value: Any) -> None:
    with pytest.raises(CanonicalError, match="is outside the profile"):
        canonicalize_profiled(value)
