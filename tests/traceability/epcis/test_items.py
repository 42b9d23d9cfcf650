from collections.abc import Callable
from typing import Any

import pytest

from tests.traceability.epcis import vectors
from tests.traceability.epcis.samples import (
    BAG,
    BRAN,
    EACH_TYPE,
    PADDY,
    PALLET,
    RICE,
    amount,
    association,
    event,
    milling,
    observation,
    packing,
    sale,
)
from traceability.epcis.documents import read
from traceability.epcis.items import Item, Role, items_of


def mentions(value: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    return [(item.role, item.id, item.quantity, item.uom) for item in items_of(event(value))]


def test_a_transformation_has_inputs_and_outputs() -> None:
    assert mentions(milling(inputEPCList=[BAG])) == [
        ("input", BAG, "", ""),
        ("input", PADDY, "1000", "KGM"),
        ("output", RICE, "680", "KGM"),
        ("output", BRAN, "95.5", "KGM"),
    ]


def test_an_aggregation_has_children_and_a_parent() -> None:
    assert mentions(packing()) == [
        ("child", BAG, "", ""),
        ("child", RICE, "500", "KGM"),
        ("parent", PALLET, "", ""),
    ]


def test_other_events_name_items_without_a_direction() -> None:
    assert mentions(observation(epcList=[BAG])) == [("epc", BAG, "", ""), ("quantity", PADDY, "1000", "KGM")]
    assert mentions(sale(parentID=PALLET)) == [("epc", PALLET, "", ""), ("parent", PALLET, "", "")]
    assert mentions(association()) == [
        ("child", "https://id.gs1.org/8004/6901234LOGGER7", "", ""),
        ("parent", PALLET, "", ""),
    ]


def test_identifiers_come_in_their_canonical_form_with_the_place_where_they_stood() -> None:
    value = observation(quantityList=[amount("urn:epc:class:lgtin:6901234.000001.PJ240928A01", 5)])

    assert items_of(event(value, pointer="/epcisBody/eventList/2")) == [
        Item(id=PADDY, role=Role.QUANTITY, pointer="/epcisBody/eventList/2/quantityList/0", quantity="5", uom="KGM")
    ]


@pytest.mark.parametrize(("sent", "written"), [(150.0, "150.0"), (1e2, "100.0"), (12.50, "12.5"), (0.0001, "0.0001")])
def test_a_quantity_keeps_the_places_it_was_measured_with(sent: float, written: str) -> None:
    assert mentions(observation(quantityList=[amount(PADDY, sent)])) == [("quantity", PADDY, written, "KGM")]


def test_a_class_may_be_named_without_an_amount() -> None:
    assert mentions(observation(quantityList=[{"epcClass": PADDY}])) == [("quantity", PADDY, "", "")]


def test_only_inputs_and_children_lie_upstream() -> None:
    assert [role for role in Role if role.is_upstream] == [Role.INPUT, Role.CHILD]


@pytest.mark.parametrize("make", EACH_TYPE)
def test_upstream_items_come_first(make: Callable[[], dict[str, Any]]) -> None:
    upstream = [item.role.is_upstream for item in items_of(event(make()))]

    assert upstream == sorted(upstream, reverse=True)


@vectors.needs_vectors
def test_the_published_receiving_of_the_food_chain_names_its_lots() -> None:
    found = read(vectors.read_bytes("examples/fsma204-gs1us/receiving-cte.jsonld"))

    assert [[(item.role, item.id, item.quantity, item.uom) for item in items_of(one)] for one in found.events] == [
        [
            ("input", "https://id.gs1.org/01/00860009999923/10/ABC1234", "25000", "LBR"),
            ("output", "https://id.gs1.org/01/10860009999920/10/ABC1234", "500", "CS"),
        ],
        [
            ("child", "https://id.gs1.org/01/10860009999920/10/ABC1234", "500", "CS"),
            ("parent", "https://id.gs1.org/00/008600099999850000", "", ""),
        ],
    ]
