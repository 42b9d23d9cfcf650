import base64
import json
import math
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
    MAX_DEPTH,
    MAX_PROFILE_DEPTH,
    canonicalize,
    canonicalize_profiled,
    check_profile,
    parse,
    parse_canonical,
    parse_profiled,
)
from traceability.ledger.errors import CanonicalError
from traceability.ledger.merkle import leaf_hash

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


@vectors.cases(DERIVED.get("must_reject", []))
def test_parse_refuses_what_the_standard_refuses(case: Any) -> None:
    text = case["input"]
    data = base64.b64decode(text[7:]) if text.startswith("base64:") else text.encode()

    with pytest.raises(CanonicalError):
        parse(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not JSON"),
        (b"\xff", "not UTF-8 at byte 0"),
        (b'"\xed\xa0\x80"', "not UTF-8 at byte 1"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a":1} x', "Extra data"),
        (b'{"a":1}{"a":1}', "Extra data"),
        (b'{"a":1,}', "not JSON"),
        (b"[1,]", "not JSON"),
        (b'{"a":{"b":1,"b":2}}', "duplicate member name 'b'"),
        (b'{"\\u0061":1,"a":2}', "duplicate member name 'a'"),
        (b'["\\ud800"]', "lone surrogate"),
        (b'{"\\udfff":1}', "lone surrogate"),
        (b'["\\ud83d\\ud83d"]', "lone surrogate"),
        (b"[Infinity]", "Infinity is not JSON"),
        (b"[NaN]", "NaN is not JSON"),
        (b"[1e400]", "beyond the range of a double"),
        (b"[9007199254740992]", "integer outside"),
        (b"[-9007199254740992]", "integer outside"),
        (b"[" + b"9" * 100_000 + b"]", "integer outside"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), f"nested deeper than {MAX_DEPTH}"),
        (b'{"a":' * 100_000, f"nested deeper than {MAX_DEPTH}"),
        (b"[" * 1_000_000, f"nested deeper than {MAX_DEPTH}"),
    ],
)
def test_parse_refuses_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(CanonicalError, match=reason.replace("+", r"\+")):
        parse(data)


def test_parse_takes_nesting_up_to_its_bound() -> None:
    assert parse(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) == json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)


def test_parse_takes_many_brackets_side_by_side_and_paired_surrogates() -> None:
    assert parse(b"[" + b"[]," * 500 + b"[]]") == [[] for _ in range(501)]
    assert parse(b'["\\ud842\\udfb7"]') == ["𠮷"]


@given(JSON_VALUES)
def test_canonical_bytes_are_read_back_to_the_same_bytes(value: Any) -> None:
    data = canonicalize(value)

    assert canonicalize(parse(data)) == data
    assert parse_canonical(data) == parse(data)


@given(st.binary(max_size=40) | st.text('{}[]",:019.eE-+\\u dntfalsr', max_size=24).map(str.encode))
def test_parse_takes_or_refuses_any_bytes_without_another_error(data: bytes) -> None:
    try:
        value = parse(data)
    except CanonicalError:
        return

    assert parse(canonicalize(value)) == value


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
