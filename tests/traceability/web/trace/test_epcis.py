from typing import Any

import pytest
from django.utils import translation

from tests.traceability.web.trace.tellings import LOT, story
from traceability.epcis.schema import FOLDER
from traceability.models import Lot
from traceability.web.trace.epcis import STEPS, epcis_saying

EPC = "https://id.gs1.org/01/04012345222227/10/A1"


def tell(**body: Any) -> tuple[str, tuple[str, ...], str]:
    with translation.override("en"):
        return epcis_saying({"event_type": "ObjectEvent", **body}, story())


def test_every_business_step_of_the_standard_has_words() -> None:
    published = (FOLDER / "EPCIS-JSON-Schema.json").read_text()

    assert [step for step in STEPS if f'"{step}"' not in published] == []
    assert len(STEPS) == 41


@pytest.mark.parametrize(
    ("step", "title"),
    [
        ("shipping", "Shipped"),
        ("https://example.org/steps/BizStep-cold_pressing", "Cold pressing"),
        ("", "ObjectEvent"),
    ],
)
def test_an_event_is_told_by_its_step(step: str, title: str) -> None:
    assert tell(biz_step=step)[0] == title


def test_items_are_told_by_role_with_their_amounts() -> None:
    items = [
        {"item": EPC, "role": "input", "quantity": "25.500", "uom": "KGM"},
        {"item": "urn:example:tank:7", "role": "output"},
    ]

    assert tell(items=items)[1] == ("used: A1 25.5 kg", "made: urn:example:tank:7")


def test_of_many_items_a_few_are_named_and_the_rest_counted() -> None:
    items = [{"item": f"https://id.gs1.org/01/04012345222227/21/{number}", "role": "child"} for number in range(9)]

    assert tell(items=items)[1] == ("contains: 0, 1, 2, 3, 5 more",)


def test_an_item_whose_product_is_known_is_told_by_it() -> None:
    lot = Lot(pk=LOT, epc=EPC, product_name="Salad")

    with translation.override("en"):
        found = epcis_saying({"event_type": "ObjectEvent", "items": [{"item": EPC, "role": "epc"}]}, story(lots=[lot]))

    assert found[1] == ("items: Salad",)


def test_places_are_told_by_what_people_know_them_by() -> None:
    assert tell(biz_location="https://id.gs1.org/414/0860009999077")[1] == ("at 0860009999077",)
    assert tell(read_point="https://example.org/places/dock-3/")[1] == ("at dock-3",)


def test_an_event_that_was_declared_wrong_says_so() -> None:
    assert tell(error_declaration={"reason": "incorrect_data"})[2] == "declared to be an error"
