"""What an event touches, in which role, and how much of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from traceability.decimals import decimal_text
from traceability.epcis import identifiers
from traceability.epcis.documents import Event


class Role(StrEnum):
    """The part that an item has in an event."""

    INPUT = "input"
    CHILD = "child"
    OUTPUT = "output"
    PARENT = "parent"
    EPC = "epc"
    QUANTITY = "quantity"

    @property
    def is_upstream(self) -> bool:
        """Whether the item's past is part of the past of what else the event touches."""
        return self in {Role.INPUT, Role.CHILD}

    @property
    def is_downstream(self) -> bool:
        """Whether the item gets a past by the event."""
        return self in {Role.OUTPUT, Role.PARENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One mention of an item: its canonical identifier, and for amounts of a class a decimal and a unit, where given.

    `pointer` leads to the mention in the document.
    """

    id: str
    role: Role
    pointer: str
    quantity: str = ""
    uom: str = ""


_EPCS = {
    "inputEPCList": Role.INPUT,
    "childEPCs": Role.CHILD,
    "epcList": Role.EPC,
    "outputEPCList": Role.OUTPUT,
}
_QUANTITIES = {
    "inputQuantityList": Role.INPUT,
    "childQuantityList": Role.CHILD,
    "quantityList": Role.QUANTITY,
    "outputQuantityList": Role.OUTPUT,
}


def items_of(event: Event) -> list[Item]:
    """List every mention of an item in an event, upstream ones first, else in the order in which they were sent.

    Requires an event that keeps to the schema.
    """
    found = [*_epcs(event), *_quantities(event)]
    if "parentID" in event.value:
        found.append(_item(event.value["parentID"], Role.PARENT, event.at("parentID")))
    return sorted(found, key=lambda item: not item.role.is_upstream)


def _epcs(event: Event) -> Iterator[Item]:
    for name, role in _EPCS.items():
        for position, uri in enumerate(event.value.get(name, ())):
            yield _item(uri, role, event.at(name, position))


def _quantities(event: Event) -> Iterator[Item]:
    for name, role in _QUANTITIES.items():
        for position, element in enumerate(event.value.get(name, ())):
            yield _item(element["epcClass"], role, event.at(name, position), element)


def _item(uri: str, role: Role, pointer: str, element: Mapping[str, Any] | None = None) -> Item:
    amount = element or {}
    return Item(
        id=identifiers.item_name(uri),
        role=role,
        pointer=pointer,
        quantity=decimal_text(amount["quantity"]) if "quantity" in amount else "",
        uom=amount.get("uom", ""),
    )
