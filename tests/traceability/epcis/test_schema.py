import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft7Validator, FormatChecker

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import CONTEXT, EACH_TYPE, PADDY, damaged_events, event, observation
from traceability.epcis.formats import is_moment, is_uri
from traceability.epcis.schema import FOLDER, envelope_faults, event_faults

MASS = {"epcClass": PADDY, "quantity": 1, "uom": "KG\n"}


@cache
def plain_validator() -> Any:
    """Give a validator of the schema as published, by the library alone."""
    formats = FormatChecker(formats=())
    for name, check in {"uri": is_uri, "date-time": is_moment}.items():
        formats.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    schema = json.loads((FOLDER / "EPCIS-JSON-Schema.json").read_bytes())
    return Draft7Validator(
        {**schema, "allOf": [], "$ref": "#/definitions/EPCIS-Document-Event"}, format_checker=formats
    )


@pytest.mark.parametrize("make", EACH_TYPE)
def test_our_own_events_keep_to_the_schema(make: Callable[[], dict[str, Any]]) -> None:
    assert list(event_faults(event(make()).value)) == []


@settings(max_examples=300)
@given(damaged_events())
def test_events_are_judged_as_the_published_schema_judges_them(value: dict[str, Any]) -> None:
    expected = plain_validator().is_valid(value)

    assert (list(event_faults(event(value).value)) == []) is expected


@pytest.mark.parametrize("value", [observation(eventTimeZoneOffset="+08:00\n"), observation(quantityList=[MASS])])
def test_a_pattern_ends_where_the_text_ends(value: dict[str, Any]) -> None:
    # The library alone would let a last line feed pass, for in Python `$` stands before it.
    assert plain_validator().is_valid(value)
    assert next(event_faults(event(value).value)).validator == "pattern"


@pytest.mark.parametrize("kind", ["Event", "Extended-Event", "EPCISDocument", "", None, 5, ["ObjectEvent"]])
def test_a_type_that_is_neither_known_nor_a_uri_is_a_fault(kind: Any) -> None:
    assert [list(fault.absolute_path) for fault in event_faults(event(observation(type=kind)).value)] == [["type"]]


def test_a_type_of_ones_own_needs_when_and_where_only() -> None:
    own = {"type": "ln:Weighing", "eventTime": "2026-09-28T16:30:00+08:00", "eventTimeZoneOffset": "+08:00"}

    assert list(event_faults(own)) == []


def test_a_bare_event_needs_a_context() -> None:
    bare = observation()

    assert [list(fault.absolute_path) for fault in envelope_faults(bare)] == [["@context"]]
    assert list(envelope_faults({"@context": CONTEXT, **bare})) == []


@vectors.needs_vectors
def test_the_shipped_files_are_the_published_ones() -> None:
    pairs = {
        "EPCIS-JSON-Schema.json": "schema/EPCIS-JSON-Schema.json",
        "epcis-context.ref-2.0.0.jsonld": "context/epcis-context.ref-2.0.0.jsonld",
        "epcis-context.gs1-github.jsonld": "context/epcis-context.gs1-github.jsonld",
    }

    assert all((FOLDER / ours).read_bytes() == vectors.read_bytes(theirs) for ours, theirs in pairs.items())
