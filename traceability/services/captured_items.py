"""What an EPCIS event says of one item that it touches: the body of the short leaf on the item's own history."""

from datetime import date, datetime

from traceability.decimals import decimal_text
from traceability.enums import LotKind
from traceability.epcis import identifiers, masses
from traceability.epcis.documents import Event
from traceability.epcis.errors import RuleError
from traceability.epcis.formats import moment
from traceability.epcis.items import Item, Role, items_of
from traceability.events.lots import MADE, SAID_ONLY, USED
from traceability.events.vocabulary import URI

_KINDS = frozenset(LotKind.values)
_EFFECTS = {("ObjectEvent", "ADD"): MADE, ("ObjectEvent", "DELETE"): USED}


def checked_items(event: Event) -> list[Item]:
    """List what an event touches. Raises RuleError for a name that no history can bear."""
    items = items_of(event)
    for item in items:
        check_name(item.id, item.pointer)
    return items


def check_name(name: str, pointer: str) -> None:
    """Check that a name which the schema took can stand in the log: a URI with something behind its scheme."""
    if not URI.pattern.fullmatch(name):
        raise RuleError(pointer, "not_a_uri", value=name)


def naming(name: str) -> dict[str, str]:
    """Give the members that name an item, for its first event and for all that follow."""
    gtin, code = identifiers.gtin_and_lot(name)
    kind = str(identifiers.kind(name))
    return _present(epc=name, kind=kind if kind in _KINDS else LotKind.OTHER.value, gtin=gtin, code=code)


def facts(event: Event, item: Item, *, in_hand: bool) -> dict[str, object]:
    """Give the members that say what the event does to the item: role, effect, quantities, day of production.

    Who does not have the item in hand changes nothing of it: of such an event only what it says is kept.
    """
    if not in_hand:
        return {**_present(role=str(item.role), quantity=item.quantity, uom=item.uom), SAID_ONLY: True}
    effect = _effect(event, item)
    return {
        **_present(
            role=str(item.role),
            effect=effect,
            quantity=item.quantity,
            uom=item.uom,
            kg=_kilograms(item),
            date=_local_day(event).isoformat() if effect == MADE else "",
        )
    }


def takes(event: Event, item: Item) -> bool:
    """Whether an event uses an item up, or puts it into something; who takes it out again does neither."""
    packs = item.role is Role.CHILD and event.value.get("action", "") != "DELETE"
    return packs or _effect(event, item) == USED


def _effect(event: Event, item: Item) -> str:
    if item.role is Role.OUTPUT:
        return MADE
    if item.role is Role.INPUT:
        return USED
    return _EFFECTS.get((event.type, event.value.get("action", "")), "")


def _kilograms(item: Item) -> str:
    found = masses.kilograms(item.quantity, item.uom)
    return "" if found is None else decimal_text(found)


def _local_day(event: Event) -> date:
    """Give the day on which an event happened, as the clock on the wall showed it there (EPCIS 2.0, 7.4.1)."""
    at = moment(event.value["eventTime"])
    zone = datetime.strptime(event.value["eventTimeZoneOffset"], "%z").tzinfo
    try:
        return at.astimezone(zone).date()
    except OverflowError:
        # Some hours outside of the calendar's years.
        return at.date()


def _present(**members: str) -> dict[str, str]:
    return {name: value for name, value in members.items() if value}
