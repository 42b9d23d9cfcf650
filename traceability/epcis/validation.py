"""Whether documents and events may be taken, and if not, which member breaks which rule."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from traceability.decimals import places_of
from traceability.epcis import identifiers
from traceability.epcis.documents import EVENT_TYPES, Document, Event
from traceability.epcis.errors import EpcisError, RuleError
from traceability.epcis.faults import describe, shown
from traceability.epcis.formats import moment
from traceability.epcis.keys import check_digit, has_check_digit
from traceability.epcis.schema import envelope_faults, event_faults

# Clocks of phones and scales run a little fast; an event from tomorrow is a mistake.
CLOCK_TOLERANCE = timedelta(minutes=10)
MAX_LENGTHS = {"eventID": 400, "transformationID": 400, "bizStep": 200, "disposition": 200}
MAX_IDENTIFIER = 400
# What the events that name an item can hold.
MAX_QUANTITY = Decimal(10**15)
MAX_PLACES = 12
EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
REFERENCE_LISTS = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
QUANTITY_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")


def check_document(document: Document) -> None:
    """Check what stands around the events: members, version, context. Raises SchemaError for the first fault."""
    for error in describe(envelope_faults(document.value), document.value, ""):
        raise error


def check_event(event: Event, *, at: datetime | None = None) -> None:
    """Check one event against the schema of its type and the rules beyond; raises the first of `event_errors`."""
    for error in event_errors(event, at=at):
        raise error


def event_errors(event: Event, *, at: datetime | None = None) -> list[EpcisError]:
    """List the faults of one event: those of the schema, or where it keeps to the schema, those of the rules beyond it.

    With `at`, the present moment, an event from the future is a fault.
    """
    errors: list[EpcisError] = list(describe(event_faults(event.value), event.value, event.pointer))
    # The rules read members whose kinds only the schema vouches for.
    return errors or list(_rule_errors(event, at))


def doubts(event: Event) -> list[RuleError]:
    """List what a careful reader would ask about though capture takes it: wrong check digits of GS1 keys.

    Published documents that must be taken have such keys. Requires an event without errors.
    """
    found = []
    for pointer, uri in _identifiers(event):
        key = identifiers.gs1_key(uri)
        if key and key.digits and not has_check_digit(key.digits):
            found.append(RuleError(pointer, "wrong_check_digit", key=key.digits, expected=check_digit(key.digits[:-1])))
    return found


def _rule_errors(event: Event, at: datetime | None) -> Iterator[RuleError]:
    if event.type not in EVENT_TYPES:
        yield RuleError(event.at("type"), "not_an_epcis_type", value=shown(event.type))
        return
    if at is not None and moment(event.value["eventTime"]) > at + CLOCK_TOLERANCE:
        yield RuleError(event.at("eventTime"), "in_the_future")
    yield from _length_errors(event)
    yield from _quantity_errors(event)


def _length_errors(event: Event) -> Iterator[RuleError]:
    texts = [(event.at(name), event.value.get(name, ""), limit) for name, limit in MAX_LENGTHS.items()]
    texts += [(pointer, uri, MAX_IDENTIFIER) for pointer, uri in _identifiers(event)]
    for pointer, text, limit in texts:
        if len(text) > limit:
            yield RuleError(pointer, "text_too_long", limit=limit)


def _quantity_errors(event: Event) -> Iterator[RuleError]:
    for name in QUANTITY_LISTS:
        for position, element in enumerate(event.value.get(name, ())):
            pointer, quantity = event.at(name, position, "quantity"), element.get("quantity", Decimal(0))
            if quantity < 0:
                yield RuleError(pointer, "below_minimum", limit=0)
            if quantity > MAX_QUANTITY:
                yield RuleError(pointer, "above_maximum", limit=MAX_QUANTITY)
            if places_of(quantity) > MAX_PLACES:
                yield RuleError(pointer, "too_many_places", limit=MAX_PLACES)


def _identifiers(event: Event) -> Iterator[tuple[str, str]]:
    """Yield the identifiers of things, places, parties and papers that an event names, each with its pointer."""
    value = event.value
    for name in EPC_LISTS:
        yield from ((event.at(name, position), uri) for position, uri in enumerate(value.get(name, ())))
    for name in QUANTITY_LISTS:
        for position, element in enumerate(value.get(name, ())):
            yield event.at(name, position, "epcClass"), element["epcClass"]
    for name, inner in REFERENCE_LISTS.items():
        yield from ((event.at(name, position, inner), one[inner]) for position, one in enumerate(value.get(name, ())))
    if "parentID" in value:
        yield event.at("parentID"), value["parentID"]
    for name in ("readPoint", "bizLocation"):
        if name in value:
            yield event.at(name, "id"), value[name]["id"]
