import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import (
    CONTEXT,
    EACH_TYPE,
    PADDY,
    amount,
    any_json,
    association,
    damaged_events,
    document,
    event,
    milling,
    observation,
    packing,
    sale,
)
from traceability.epcis.documents import EVENT_TYPES, read
from traceability.epcis.errors import EpcisError, RuleError, SchemaError
from traceability.epcis.hashing import event_hash_id
from traceability.epcis.items import items_of
from traceability.epcis.normal import normalise
from traceability.epcis.validation import check_document, check_event, doubts, event_errors

NOON = datetime(2026, 9, 28, 12, tzinfo=UTC)
# Which member is wrong in each published document that must be refused, and against which rule.
REFUSED = {
    "Combination_of_events_with_missing_mandatory_fields": [
        ("0/action", "missing_member"),
        ("1/eventTimeZoneOffset", "missing_member"),
        ("1/action", "missing_member"),
    ],
    "Combination_of_non_standard_bizStep_and_disposition": [
        ("0/bizStep", "unknown_word"),
        ("1/disposition", "unknown_word"),
    ],
    "ObjectEvent_with_ilmd_field_without_namespace": [("0/ilmd/materialType", "unprefixed_member")],
    "ObjectEvent_with_invalid_certificationInfo": [
        ("0/certificationInfo/0", "wrong_json_type"),
        ("0/certificationInfo/1", "wrong_json_type"),
    ],
    "ObjectEvent_with_non_standard_bizStep": [("0/bizStep", "unknown_word")],
    "ObjectEvent_with_non_standard_disposition": [("0/disposition", "unknown_word")],
    "ObjectEvent_with_unknown_field_in_quantityList": [("0/quantityList/0/weight", "unprefixed_member")],
    "ObjectEvent_without_identifier_list": [("0", "no_items_named")],
    "QueryDocument_with_invalid_eventType": [("0/type", "not_an_epcis_type")],
}


@vectors.cases(vectors.read("expected-validation.json"))
def test_published_documents_are_taken_or_refused(case: Any) -> None:
    found = read(vectors.read_bytes(case["file"]))

    check_document(found)
    errors = [error for event in found.events for error in event_errors(event, at=NOON)]

    assert (found.type, len(found.events)) == (case["type"], case["events"])
    assert sorted({one.type for one in found.events}) == case["event_types"]
    assert (errors == []) is case["schema_valid"]


@vectors.cases(vectors.names("invalid/*.json"))
def test_errors_of_refused_documents_name_the_member_at_fault(case: str) -> None:
    found = read(vectors.read_bytes(case))
    listed = found.events[0].pointer.removesuffix("0")

    errors = [error for event in found.events for error in event_errors(event)]

    expected = REFUSED[case.removeprefix("invalid/").removesuffix(".json")]
    assert [(error.pointer, error.rule) for error in errors] == [(listed + place, rule) for place, rule in expected]
    assert {type(error) for error in errors} == {SchemaError}


@pytest.mark.parametrize("make", EACH_TYPE)
def test_an_event_of_each_type_is_taken(make: Callable[[], dict[str, Any]]) -> None:
    check_event(event(make()), at=NOON)


@pytest.mark.parametrize(
    ("value", "pointer", "rule", "words"),
    [
        (observation(eventTime=None), "/eventTime", "wrong_json_type", "must be of JSON type string"),
        (observation(eventTime="28.9.2026"), "/eventTime", "not_a_moment", "a date and time with an offset"),
        (observation(eventTimeZoneOffset="+15:00"), "/eventTimeZoneOffset", "wrong_format", "like +08:00"),
        (observation(action="ADDED"), "/action", "not_in_list", "one of OBSERVE, ADD, DELETE"),
        (observation(eventID="17"), "/eventID", "not_a_uri", "a URI; 17 is none"),
        (observation(epcList=[PADDY, PADDY]), "/epcList", "repeated_value", "a value twice"),
        (observation(bizStep=5), "/bizStep", "wrong_json_type", "type string"),
        (observation(bizStep="urn:epcglobal:cbv:bizstep:x"), "/bizStep", "unknown_word", "neither a word"),
        (
            observation(quantityList=[{"quantity": 5}]),
            "/quantityList/0/epcClass",
            "missing_member",
            "epcClass is missing",
        ),
        (observation(quantityList=[{"epcClass": PADDY, "uom": "kg"}]), "/quantityList/0/uom", "wrong_format", "KGM"),
        (
            observation(quantityList=[{"epcClass": PADDY, "quantity": "5"}]),
            "/quantityList/0/quantity",
            "wrong_json_type",
            "number",
        ),
        (observation(quantityList={}), "/quantityList", "wrong_json_type", "array"),
        (observation(note="x"), "/note", "unprefixed_member", "note is no member"),
        (observation(ilmd={"ln:variety": "x"}), "/ilmd", "ilmd_without_beginning", "action ADD"),
        (observation(persistentDisposition={}), "/persistentDisposition/set", "missing_member", "set is missing"),
        (observation(persistentDisposition={"set": []}), "/persistentDisposition/set", "too_few_items", "at least 1"),
        (
            observation(sensorElementList=[{"sensorReport": [{"type": "MassFraction"}]}]),
            "/sensorElementList/0/sensorReport/0/type",
            "unknown_word",
            "MassFraction is neither",
        ),
        (observation(certificationInfo=[PADDY, 7]), "/certificationInfo/1", "wrong_json_type", "string"),
        (observation(certificationInfo=True), "/certificationInfo", "wrong_json_type", "array"),
        (observation(readPoint={}), "/readPoint/id", "missing_member", "id is missing"),
        (
            observation(errorDeclaration={"reason": "did_not_occur"}),
            "/errorDeclaration/declarationTime",
            "missing_member",
            "declarationTime",
        ),
        (milling(action="ADD"), "/action", "unprefixed_member", "action is no member"),
        (milling(inputQuantityList=[]), "", "no_items_named", "inputs and outputs"),
        (packing(childEPCs=[], childQuantityList=[]), "", "no_items_named", "childEPCs or childQuantityList"),
        (association(parentID="pallet 7"), "/parentID", "not_a_uri", "pallet 7"),
        (sale(bizTransactionList=[]), "/bizTransactionList", "too_few_items", "at least 1"),
        (
            sale(bizTransactionList=[{"type": "receipt", "bizTransaction": "urn:x:1"}]),
            "/bizTransactionList/0/type",
            "unknown_word",
            "receipt",
        ),
    ],
)
def test_an_error_names_the_member_and_the_fault(value: dict[str, Any], pointer: str, rule: str, words: str) -> None:
    errors = event_errors(event(value, pointer="/epcisBody/eventList/3"))

    assert [(one.pointer, one.rule) for one in errors] == [("/epcisBody/eventList/3" + pointer, rule)]
    assert words in errors[0].message


def test_a_flood_of_faults_is_cut_off() -> None:
    flood = event(observation(epcList=[*range(30_000), *map(str, range(30_000))]))

    errors = event_errors(flood)

    assert len(errors) == 50
    assert (errors[0].pointer, errors[0].rule) == ("/epcList/0", "wrong_json_type")


def test_the_first_error_is_raised() -> None:
    with pytest.raises(SchemaError, match=r"^/bizStep: transforming is neither a word"):
        check_event(event(observation(bizStep="transforming")))


def test_an_event_of_a_partners_own_type_is_refused_by_a_rule_of_ours() -> None:
    own = observation(type="ln:Weighing", epcList=5)

    errors = event_errors(event(own), at=NOON)

    assert [(type(one), one.pointer, one.rule) for one in errors] == [(RuleError, "/type", "not_an_epcis_type")]


@pytest.mark.parametrize(
    ("minute", "rules"), [("2026-09-28T20:10:00+08:00", []), ("2026-09-28T20:10:01+08:00", ["in_the_future"])]
)
def test_an_event_may_be_as_early_as_a_clock_may_be_fast(minute: str, rules: list[str]) -> None:
    value = event(observation(eventTime=minute))

    assert [one.rule for one in event_errors(value, at=NOON)] == rules
    assert event_errors(value) == []


@pytest.mark.parametrize(
    ("value", "pointer", "rule"),
    [
        (observation(quantityList=[amount(PADDY, -0.5)]), "/quantityList/0/quantity", "below_minimum"),
        (
            milling(outputQuantityList=[amount(PADDY, 1), amount(PADDY, -1)]),
            "/outputQuantityList/1/quantity",
            "below_minimum",
        ),
        (observation(quantityList=[amount(PADDY, 10**15 + 1)]), "/quantityList/0/quantity", "above_maximum"),
        (observation(quantityList=[amount(PADDY, 1e-13)]), "/quantityList/0/quantity", "too_many_places"),
        (observation(eventID="urn:x:" + "1" * 400), "/eventID", "text_too_long"),
        (observation(bizStep="https://example.cn/" + "x" * 200), "/bizStep", "text_too_long"),
        (observation(epcList=["urn:x:" + "1" * 400]), "/epcList/0", "text_too_long"),
        (observation(readPoint={"id": "urn:x:" + "1" * 400}), "/readPoint/id", "text_too_long"),
        (packing(parentID="urn:x:" + "1" * 400), "/parentID", "text_too_long"),
        (
            sale(bizTransactionList=[{"bizTransaction": "urn:x:" + "1" * 400}]),
            "/bizTransactionList/0/bizTransaction",
            "text_too_long",
        ),
    ],
)
def test_rules_beyond_the_schema_name_the_member(value: dict[str, Any], pointer: str, rule: str) -> None:
    errors = event_errors(event(value))

    assert [(type(one), one.pointer, one.rule) for one in errors] == [(RuleError, pointer, rule)]


def test_a_wrong_check_digit_is_a_doubt_and_no_error() -> None:
    value = event(
        observation(
            epcList=["https://id.gs1.org/01/06901234000010/21/7", PADDY, "urn:uuid:1"],
            readPoint={"id": "https://id.gs1.org/414/6901234001005"},
        )
    )

    found = doubts(value)

    assert event_errors(value) == []
    assert [(one.pointer, one.rule, one.params["expected"]) for one in found] == [
        ("/epcList/0", "wrong_check_digit", "6"),
        ("/readPoint/id", "wrong_check_digit", "6"),
    ]


@pytest.mark.parametrize(
    ("members", "pointer", "rule"),
    [
        ({"schemaVersion": "two"}, "/schemaVersion", "wrong_format"),
        ({"schemaVersion": None}, "/schemaVersion", "wrong_json_type"),
        ({"creationDate": "yesterday"}, "/creationDate", "not_a_moment"),
        ({"@context": 5}, "/@context", "wrong_json_type"),
        ({"@context": [5]}, "/@context/0", "wrong_json_type"),
        ({"note": "x"}, "/note", "unprefixed_member"),
        ({"epcisHeader": {"note": 1}}, "/epcisHeader/note", "unprefixed_member"),
        ({"id": "17"}, "/id", "not_a_uri"),
    ],
)
def test_what_stands_around_the_events_is_judged_too(members: dict[str, Any], pointer: str, rule: str) -> None:
    with pytest.raises(SchemaError) as caught:
        check_document(read(document(observation(), **members)))

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)


def test_a_bare_event_needs_a_context() -> None:
    check_document(read(json.dumps({"@context": CONTEXT, **observation()}).encode()))

    with pytest.raises(SchemaError, match=r"^/@context: the member @context is missing"):
        check_document(read(json.dumps(observation()).encode()))


def test_an_empty_list_of_events_is_a_document() -> None:
    check_document(read(document()))


@given(damaged_events())
def test_what_is_found_without_errors_can_be_hashed_and_normalised(value: dict[str, Any]) -> None:
    one = event(value)
    if event_errors(one, at=NOON):
        return

    assert event_hash_id(one).startswith("ni:///sha-256;")
    assert normalise(one)["event_type"] in EVENT_TYPES
    assert len(items_of(one)) >= len(doubts(one)) - 2


@given(
    st.sampled_from([*EVENT_TYPES, "ln:Own", "x"]),
    st.dictionaries(st.sampled_from(sorted(packing() | milling())), any_json),
)
def test_any_event_is_judged_and_raises_nothing_but_errors_of_the_package(kind: str, members: dict[str, Any]) -> None:
    data = document({**observation(), **members, "type": kind})

    with suppress(EpcisError):
        for one in read(data).events:
            check_event(one, at=NOON)


@given(any_json, any_json)
def test_any_envelope_is_judged_and_raises_nothing_but_errors_of_the_package(context: Any, header: Any) -> None:
    with suppress(EpcisError):
        check_document(read(document(**{"@context": context, "epcisHeader": header})))
