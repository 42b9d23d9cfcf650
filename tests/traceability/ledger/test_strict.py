import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.ledger import vectors
from traceability.ledger.canonical import canonicalize
from traceability.ledger.errors import CanonicalError
from traceability.ledger.strict import MAX_DEPTH, parse

DERIVED = vectors.read("jcs/derived_cases.json")


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


@given(st.binary(max_size=40) | st.text('{}[]",:019.eE-+\\u dntfalsr', max_size=24).map(str.encode))
def test_parse_takes_or_refuses_any_bytes_without_another_error(data: bytes) -> None:
    try:
        value = parse(data)
    except CanonicalError:
        return

    assert parse(canonicalize(value)) == value


def test_a_duplicate_among_very_many_names_is_found_in_time() -> None:
    members = ",".join(f'"{number}":0' for number in [*range(200_000), 199_999])

    with pytest.raises(CanonicalError, match="duplicate member name '199999'"):
        parse(f"{{{members}}}".encode())


@given(st.recursive(st.none() | st.integers(-9, 9) | st.text(max_size=4), lambda inner: st.lists(inner, max_size=4)))
def test_parse_reads_what_the_common_reader_reads(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value
