"""The official JSON Schema of EPCIS 2.0, made ready once: a validator for each type of event and for each envelope.

The schema's file stays as GS1 published it. On its way into the validators, references give way to what they name, and
a few keywords to narrower ones that answer the same, faster, and lead to the very member that is wrong.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from traceability.epcis.documents import EVENT_TYPES, write
from traceability.epcis.formats import is_moment, is_name, is_uri

FOLDER = Path(__file__).parent / "data"
_DEFINITIONS = "#/definitions/"
_EXTENDED = "Extended-Event"
_MOST_FAULTS = 50
_ENVELOPES = {"EPCISDocument": "epcisDocument", "EPCISQueryDocument": "epcisQueryDocument"}


def event_faults(value: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Yield where one event departs from the schema of its type, the first of many; an own type must be a URI."""
    kind = value.get("type")
    return islice(_validator(kind if kind in EVENT_TYPES else _EXTENDED).iter_errors(value), _MOST_FAULTS)


def envelope_faults(value: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Yield where a document departs from the schema, its events left aside; a bare event must have a context."""
    return islice(_validator(_ENVELOPES.get(value["type"], "required-ld-context")).iter_errors(value), _MOST_FAULTS)


@cache
def _validator(definition: str) -> Any:
    return _Validator(_inlined({"$ref": _DEFINITIONS + definition}), format_checker=_formats)


@cache
def _definitions() -> dict[str, Any]:
    definitions: dict[str, Any] = json.loads((FOLDER / "EPCIS-JSON-Schema.json").read_bytes())["definitions"]
    # Events are judged one by one, each by the schema of its type: the envelope's part ends at their list.
    definitions["eventList"] = {"type": "array"}
    return definitions


def _inlined(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_inlined(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(_definitions()[unquote(schema["$ref"].removeprefix(_DEFINITIONS))])
    members = {name: _inlined(one) for name, one in schema.items()}
    if "pattern" in members:
        members["pattern"] = _ecmascript(members["pattern"])
    if "propertyNames" in members:
        members["propertyNames"] = _words(members["propertyNames"])
    if _is_vocabulary(members):
        return {"vocabulary": {"words": _words(members), "pattern": members["anyOf"][0].get("pattern", "")}}
    return members


def _ecmascript(pattern: str) -> str:
    # As ECMA-262 has it, `$` is the very end of the text, not before a last line feed, and `\d` is 0 to 9.
    return pattern.replace("$", r"\Z").replace(r"\d", "[0-9]")


def _is_vocabulary(schema: Mapping[str, Any]) -> bool:
    # The standard's words, or a URI of one's own.
    branches = schema.get("anyOf", ())
    return len(branches) == 2 and branches[0].get("format") == "uri" and "enum" in branches[1]


def _words(schema: Mapping[str, Any]) -> frozenset[str]:
    if "vocabulary" in schema:
        return frozenset(schema["vocabulary"]["words"])
    inner = (_words(one) for one in schema.get("anyOf", ()))
    return frozenset(schema.get("enum", ())).union(*inner)


def _vocabulary(_validator: Any, allowed: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and value in allowed["words"]:
        return
    if not isinstance(value, str) or not is_uri(value) or not re.search(allowed["pattern"], value):
        yield ValidationError("neither a word of the vocabulary nor a URI")


def _property_names(_validator: Any, words: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    for name in value if isinstance(value, dict) else ():
        # Everywhere in this schema, what is not the standard's own must have a prefix.
        if name not in words and not is_name(name):
            yield ValidationError("unknown member", path=(name,))


def _additional_properties(_validator: Any, _allowed: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    for name in value if isinstance(value, dict) else ():
        if name not in schema["properties"]:
            yield ValidationError("unknown member", path=(name,))


def _required(_validator: Any, names: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    for name in names if isinstance(value, dict) else ():
        if name not in value:
            yield ValidationError("missing member", path=(name,))


def _any_of(validator: Any, branches: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    context: list[ValidationError] = []
    for position, branch in enumerate(branches):
        # A list may hold half a million wrong members, and each of its faults weighs more than the member.
        found = list(islice(validator.descend(value, branch, schema_path=position), _MOST_FAULTS))
        if not found:
            return
        context += found
    yield ValidationError("fits none of the branches", context=context)


def _unique_items(_validator: Any, _unique: Any, value: Any, _schema: Any) -> Iterator[ValidationError]:
    # The library compares each with each where they are of several kinds.
    if isinstance(value, list) and len({one if isinstance(one, str) else write(one) for one in value}) < len(value):
        yield ValidationError("a value twice")


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft7Validator,
    {
        "vocabulary": _vocabulary,
        "propertyNames": _property_names,
        "additionalProperties": _additional_properties,
        "required": _required,
        "anyOf": _any_of,
        "uniqueItems": _unique_items,
    },
)
_formats = FormatChecker(formats=())
_formats.checks("uri")(lambda value: not isinstance(value, str) or is_uri(value))
_formats.checks("date-time")(lambda value: not isinstance(value, str) or is_moment(value))
