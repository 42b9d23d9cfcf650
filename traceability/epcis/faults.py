"""What the schema's validator found, said in a sentence about the member that is really at fault."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from traceability.epcis.documents import write
from traceability.epcis.errors import SchemaError, join

_SHOWN = 120
_LISTS = {
    "ObjectEvent": "epcList, quantityList, or sensorElementList with a readPoint",
    "AggregationEvent": "childEPCs or childQuantityList",
    "AssociationEvent": "childEPCs or childQuantityList",
    "TransactionEvent": "epcList or quantityList",
    "TransformationEvent": "inputs and outputs, or a transformationID with either",
}
_EXAMPLES = {"eventTimeZoneOffset": "+08:00", "uom": "KGM", "schemaVersion": "2.0", "hexBinaryValue": "F0A1"}


def describe(faults: Iterable[ValidationError], value: Mapping[str, Any], base: str) -> Iterator[SchemaError]:
    """Yield an error for each member at fault; only where there is none, what ails the value as a whole.

    `value` is what was validated, `base` the pointer to it.
    """
    leaves = [leaf for fault in faults for leaf in _leaves(fault)]
    whole = [leaf for leaf in leaves if not leaf.absolute_path]
    errors: dict[str, SchemaError] = {}
    for leaf in leaves:
        if leaf.absolute_path:
            error = _error(leaf, base)
            errors.setdefault(error.pointer, error)
    yield from errors.values()
    # A wrong member makes the whole fit no branch either; to say so as well would only hide it.
    if not errors:
        yield from (_whole(fault, value, base) for fault in whole)


def shown(value: Any) -> str:
    """Give the start of a value as an error shows it."""
    return value[:_SHOWN] if isinstance(value, str) else write(value)[:_SHOWN].decode(errors="replace")


def _leaves(fault: ValidationError) -> list[ValidationError]:
    """Follow a choice (anyOf) into the branch that the sender meant, told by the kind of the value."""
    if not fault.context or not fault.absolute_path:
        return [fault]
    branches: dict[Any, list[ValidationError]] = {}
    for one in fault.context:
        branches.setdefault(one.schema_path[0], []).append(one)
    meant = [inner for inner in branches.values() if not any(_is_other_kind(one, fault) for one in inner)]
    return [leaf for one in meant[0] for leaf in _leaves(one)] if meant else list(fault.context[:1])


def _is_other_kind(inner: ValidationError, outer: ValidationError) -> bool:
    return inner.validator == "type" and inner.absolute_path == outer.absolute_path


def _error(fault: ValidationError, base: str) -> SchemaError:
    pointer = join(base, *fault.absolute_path)
    sentence = _SENTENCES.get(str(fault.validator))
    rule, params = sentence(fault) if sentence else ("outside_schema", {})
    return SchemaError(pointer, rule, **params)


def _whole(fault: ValidationError, value: Mapping[str, Any], base: str) -> SchemaError:
    kind = value.get("type", "")
    if any("ilmd" in one.absolute_path for one in fault.context or ()):
        return SchemaError(join(base, "ilmd"), "ilmd_without_beginning")
    return (
        SchemaError(base, "no_items_named", expected=_LISTS[kind])
        if kind in _LISTS
        else SchemaError(base, "outside_schema")
    )


_Sentence = tuple[str, dict[str, str]]


def _about_name(rule: str) -> Callable[[ValidationError], _Sentence]:
    return lambda fault: (rule, {"name": shown(fault.absolute_path[-1])})


def _about_length(fault: ValidationError) -> _Sentence:
    return "too_few_items", {"limit": str(fault.validator_value)}


def _about_repetition(_fault: ValidationError) -> _Sentence:
    return "repeated_value", {}


def _about_kind(fault: ValidationError) -> _Sentence:
    return "wrong_json_type", {"expected": str(fault.validator_value)}


def _about_word(fault: ValidationError) -> _Sentence:
    if not isinstance(fault.instance, str):
        return "wrong_json_type", {"expected": "string"}
    return "unknown_word", {"value": shown(fault.instance)}


def _about_choice(fault: ValidationError) -> _Sentence:
    allowed = ", ".join(map(str, cast("list[str]", fault.validator_value)))
    return "not_in_list", {"choices": allowed}


def _about_format(fault: ValidationError) -> _Sentence:
    if list(fault.absolute_path) == ["type"]:
        return "not_an_epcis_type", {"value": shown(fault.instance)}
    rule = "not_a_moment" if fault.validator_value == "date-time" else "not_a_uri"
    return rule, {"value": shown(fault.instance)}


def _about_pattern(fault: ValidationError) -> _Sentence:
    return "wrong_format", {"example": _EXAMPLES.get(str(fault.absolute_path[-1]), str(fault.validator_value))}


_SENTENCES: Mapping[str, Callable[[ValidationError], _Sentence]] = {
    "required": _about_name("missing_member"),
    "propertyNames": _about_name("unprefixed_member"),
    "additionalProperties": _about_name("unprefixed_member"),
    "type": _about_kind,
    "vocabulary": _about_word,
    "enum": _about_choice,
    "format": _about_format,
    "pattern": _about_pattern,
    "minItems": _about_length,
    "uniqueItems": _about_repetition,
}
