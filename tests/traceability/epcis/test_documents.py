import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import CONTEXT, EACH_TYPE, any_json, document, milling, observation
from traceability.epcis.documents import MAX_DEPTH, Event, parse, read, write
from traceability.epcis.errors import DocumentError, EpcisError
from traceability.epcis.numbers import Number

JSON_NAMES = [
    *vectors.names("examples/**/*.json*"),
    *vectors.names("hash/cases/*.jsonld"),
    *vectors.names("trace/*.jsonld"),
]


def test_the_events_of_a_document_come_in_order_with_their_pointers() -> None:
    found = read(document(observation(eventID="urn:uuid:1"), milling()))

    assert (found.type, len(found.events)) == ("EPCISDocument", 2)
    assert [(one.type, one.event_id, one.pointer) for one in found.events] == [
        ("ObjectEvent", "urn:uuid:1", "/epcisBody/eventList/0"),
        ("TransformationEvent", "", "/epcisBody/eventList/1"),
    ]
    assert found.events[1].at("inputQuantityList", 0) == "/epcisBody/eventList/1/inputQuantityList/0"


def test_the_events_of_a_query_document_lie_deeper() -> None:
    results = {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": [observation()]}}
    data = document(type="EPCISQueryDocument", epcisBody={"queryResults": results})

    assert [one.pointer for one in read(data).events] == ["/epcisBody/queryResults/resultsBody/eventList/0"]


@pytest.mark.parametrize("make", EACH_TYPE)
def test_a_bare_event_of_each_type_is_a_document(make: Any) -> None:
    value = make()
    found = read(json.dumps({"@context": CONTEXT, **value}).encode())

    assert found.type == value["type"]
    assert [one.pointer for one in found.events] == [""]
    assert found.events[0].at("action") == "/action"


def test_a_byte_order_mark_is_passed_over() -> None:
    assert len(read(b"\xef\xbb\xbf" + document(observation())).events) == 1


def test_numbers_keep_every_digit() -> None:
    data = document(observation()).replace(b"1000", b"1000.10000000000000000001e0")

    event = read(data).events[0]

    assert event.value["quantityList"][0]["quantity"] == Decimal("1000.10000000000000000001")
    assert b'"quantity":1000.10000000000000000001e0' in event.json()


def test_an_event_is_written_with_the_contexts_that_held_for_it() -> None:
    own = {"ln": "https://example.cn/voc/"}
    inherited = read(document(observation(**{"@context": own, "ln:note": "霜"}))).events[0]
    bare = read(json.dumps({"@context": CONTEXT, **observation()}).encode()).events[0]

    assert json.loads(inherited.json()) == {"@context": [CONTEXT, own], **observation(**{"ln:note": "霜"})}
    assert inherited.contexts == (CONTEXT, own)
    assert json.loads(bare.json())["@context"] == CONTEXT
    assert Event(value={"type": "ObjectEvent"}).json() == b'{"type":"ObjectEvent"}'


def test_members_that_a_repository_added_are_known_by_its_list() -> None:
    results = {
        "queryName": "SimpleEventQuery",
        "store:ignoreFields": ["store:received", 5],
        "resultsBody": {"eventList": [observation()]},
    }
    data = document(type="EPCISQueryDocument", epcisBody={"queryResults": results})

    assert read(data).events[0].ignored == {"store:received"}


@pytest.mark.parametrize(
    ("data", "pointer", "rule"),
    [
        (b"", "", "not_json_at"),
        (b"{} {}", "", "not_json_at"),
        (b"{'type': 1}", "", "not_json_at"),
        (b'{"a": "\x01"}', "", "not_json_at"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "", "not_json_at"),
        (b'{"a": "\xff"}', "", "not_utf8"),
        ('{"a": 1}'.encode("utf-16"), "", "not_utf8"),
        (b'{"a": [{"b": 1, "b": 2}]}', "/a/0/b", "repeated_name"),
        (b'{"a": {"x/y": 1, "x\\/y": 2}}', "/a/x~1y", "repeated_name"),
        (b'{"a": NaN}', "/a", "not_json_number"),
        (b'{"a": [1, -Infinity]}', "/a/1", "not_json_number"),
        (b'{"a": 1e999}', "/a", "number_out_of_range"),
        (b'{"a": 1e99999999999999999999}', "/a", "number_out_of_range"),
        (b'{"a": "\\ud83d"}', "/a", "lone_surrogate"),
        (b'{"a": {"\\udc00": 1}}', "/a", "lone_surrogate"),
        (b'{"a": NaN, "a": 1}', "/a", "repeated_name"),
        (b"[" * 33 + b"]" * 33, "", "too_deep"),
        (b"[" * 100_000, "", "too_deep"),
        (b"null", "", "unknown_document_type"),
        (b"[]", "", "unknown_document_type"),
        (b"{}", "/type", "unknown_document_type"),
        (b'{"type": ["EPCISDocument"]}', "/type", "unknown_document_type"),
        (b'{"type": "EPCISMasterDataDocument"}', "/type", "unknown_document_type"),
        (b'{"type": "EPCISDocument"}', "/epcisBody/eventList", "no_event_list"),
        (b'{"type": "EPCISDocument", "epcisBody": 3}', "/epcisBody/eventList", "no_event_list"),
        (b'{"type": "EPCISDocument", "epcisBody": {"eventList": {}}}', "/epcisBody/eventList", "no_event_list"),
        (b'{"type": "EPCISDocument", "epcisBody": {"eventList": [1]}}', "/epcisBody/eventList/0", "not_an_object"),
    ],
)
def test_what_two_readers_could_read_differently_is_refused(data: bytes, pointer: str, rule: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(data)

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)


def test_the_place_of_a_syntax_error_is_told() -> None:
    with pytest.raises(DocumentError, match="is not JSON at line 2, column 3"):
        read(b'{"a": 1,\n  oops}')


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'"\\ud83c\\udf3e"') == "🌾"


def test_a_document_above_the_limit_is_refused_by_its_size() -> None:
    data = document(observation())

    assert len(read(data, limit=len(data)).events) == 1
    with pytest.raises(DocumentError, match=f"has {len(data)} bytes; at most {len(data) - 1} are taken"):
        read(data, limit=len(data) - 1)


def test_nesting_up_to_the_limit_is_taken() -> None:
    data = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH

    assert write(parse(data)) == data


def test_only_what_was_parsed_can_be_written() -> None:
    with pytest.raises(TypeError, match="is not JSON serializable"):
        write({"a": Decimal(1)})


@vectors.cases(JSON_NAMES)
def test_no_member_of_a_published_event_is_lost(case: str) -> None:
    data = vectors.read_bytes(case)
    found = read(data)

    context = json.loads(data.decode("utf-8-sig")).get("@context")
    for event in found.events:
        sent = at_pointer(json.loads(data.decode("utf-8-sig")), event.pointer)
        kept = json.loads(event.json())
        assert kept == ({"@context": context, **sent} if event.pointer else sent)


@given(any_json)
def test_what_is_read_is_written_again(value: Any) -> None:
    data = json.dumps(value).encode()

    with suppress(DocumentError):
        assert json.loads(write(parse(data))) == json.loads(data)


@given(st.integers(-(10**60), 10**60) | st.decimals(-(10**9), 10**9, places=9))
def test_a_number_comes_back_in_its_own_digits(value: int | Decimal) -> None:
    found = parse(str(value).encode())

    assert isinstance(found, Number)
    assert write(found) == str(value).encode()


@given(st.binary() | any_json.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_raise_nothing_but_errors_of_the_package(data: bytes) -> None:
    with suppress(EpcisError):
        read(data)


@given(st.sampled_from(EACH_TYPE), any_json)
def test_any_body_of_a_document_is_read_or_refused(make: Any, value: Any) -> None:
    for data in (
        document(make(**{"ln:x": value})),
        document(epcisBody=value),
        document(epcisBody={"eventList": value}),
        document(type="EPCISQueryDocument", epcisBody={"queryResults": value}),
        json.dumps(value).encode(),
    ):
        with suppress(EpcisError):
            read(data)


def at_pointer(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
