"""Small events of our own, one of each type, for tests that say what they change."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from traceability.epcis.documents import Event, parse

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PADDY = "https://id.gs1.org/01/06901234000016/10/PJ240928A01"
RICE = "https://id.gs1.org/01/06901234000023/10/RICE-01"
BRAN = "https://id.gs1.org/01/06901234000030/10/BRAN-01"
BAG = "https://id.gs1.org/01/06901234000023/21/000017"
PALLET = "https://id.gs1.org/00/169012340000000129"
STATION = "https://id.gs1.org/414/6901234001006"
_WHEN = {"eventTime": "2026-09-28T16:30:00+08:00", "eventTimeZoneOffset": "+08:00"}


def amount(lot: str, kilograms: float) -> dict[str, Any]:
    return {"epcClass": lot, "quantity": kilograms, "uom": "KGM"}


def observation(**members: Any) -> dict[str, Any]:
    return {"type": "ObjectEvent", **_WHEN, "action": "OBSERVE", "quantityList": [amount(PADDY, 1000)], **members}


def milling(**members: Any) -> dict[str, Any]:
    return {
        "type": "TransformationEvent",
        **_WHEN,
        "inputQuantityList": [amount(PADDY, 1000)],
        "outputQuantityList": [amount(RICE, 680), amount(BRAN, 95.5)],
        **members,
    }


def packing(**members: Any) -> dict[str, Any]:
    return {
        "type": "AggregationEvent",
        **_WHEN,
        "action": "ADD",
        "parentID": PALLET,
        "childEPCs": [BAG],
        "childQuantityList": [amount(RICE, 500)],
        **members,
    }


def association(**members: Any) -> dict[str, Any]:
    return {
        "type": "AssociationEvent",
        **_WHEN,
        "action": "ADD",
        "parentID": PALLET,
        "childEPCs": ["https://id.gs1.org/8004/6901234LOGGER7"],
        **members,
    }


def sale(**members: Any) -> dict[str, Any]:
    order = {"type": "po", "bizTransaction": "https://orders.example.cn/po/17"}
    return {
        "type": "TransactionEvent",
        **_WHEN,
        "action": "ADD",
        "bizTransactionList": [order],
        "epcList": [PALLET],
        **members,
    }


EACH_TYPE: tuple[Callable[..., dict[str, Any]], ...] = (observation, milling, packing, association, sale)


def event(value: dict[str, Any], *, pointer: str = "", inherited: tuple[Any, ...] = ()) -> Event:
    """Give an event as reading it from JSON gives it."""
    return Event(value=parse(json.dumps(value).encode()), pointer=pointer, inherited=inherited)


def document(*events: dict[str, Any], **members: Any) -> bytes:
    return json.dumps(
        {
            "@context": [CONTEXT],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-09-28T17:00:00+08:00",
            "epcisBody": {"eventList": list(events)},
            **members,
        }
    ).encode()


# Any JSON, with names and words that the code looks for mixed in.
_words = st.sampled_from(
    ["type", "eventList", "epcisBody", "epcClass", "quantity", "id", "ilmd", "ln:x", "KGM", "ADD", PADDY, "", "é\n"]
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _words
any_json = st.recursive(
    _scalars | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words | st.text(), inner, max_size=4),
)


@st.composite
def damaged_events(draw: st.DrawFn) -> Any:
    """Events of ours with some members gone, replaced by anything, or added."""
    value = draw(st.sampled_from(EACH_TYPE))()
    for _ in range(draw(st.integers(0, 3))):
        place: Any = value
        while isinstance(place, dict | list) and place and draw(st.booleans()):
            inner = draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
            if not isinstance(place[inner], dict | list):
                break
            place = place[inner]
        _damage(draw, place)
    return value


_MEMBERS = ("type", "action", "bizStep", "ilmd", "epcList", "quantityList", "parentID", "persistentDisposition", "uom")
_VALUES: tuple[Any, ...] = (
    *("ADD", "OBSERVE", "receiving", "transforming", "https://example.cn/step", "KGM", "+08:00", "+15:00"),
    *({}, [], 0, -1, 2.5, None, True, "ln:Step", "2026-02-30T00:00:00Z"),
    *([PADDY], [PADDY, PADDY], [{"epcClass": PADDY, "weight": 1}], {"ln:variety": "Y47"}, {"variety": "x"}),
    *({"set": ["recalled"]}, {"set": []}, {"unset": ["x"]}),
)


def _damage(draw: st.DrawFn, place: Any) -> None:
    new = deepcopy(draw(st.sampled_from(_VALUES)))
    if isinstance(place, list):
        place[draw(st.integers(0, len(place))) :] = [new]
        return
    name = draw(st.sampled_from(sorted({*place, *_MEMBERS, "unknown", "ln:extension"})))
    if draw(st.booleans()):
        place[name] = new
    else:
        place.pop(name, None)
