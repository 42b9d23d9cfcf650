from collections.abc import Callable

import pytest

from accounts.models import Membership
from tests.factories import codes, epcis, stories
from tests.traceability.epcis import samples
from traceability.models import BagCode, Lot
from traceability.queries.codes import lots_of_code

pytestmark = pytest.mark.django_db

SPELLINGS: list[Callable[[Lot], str]] = [
    lambda bag: f"{bag.gtin} {bag.code}",
    lambda bag: f"{bag.gtin.lstrip('0')},{bag.code}",
    lambda bag: f"(01){bag.gtin}(10){bag.code}",
    lambda bag: f"https://mill.example.cn/01/{bag.gtin}/10/{bag.code}?17=271005",
    lambda bag: f"urn:epc:class:lgtin:6901234.056789.{bag.code}",
    lambda bag: f"  {bag.code.lower()} ",
    lambda bag: f"https://suyuan.example/trace/{bag.pk}",
    lambda bag: f"http://localhost:8000/trace/{bag.pk}?lang=en",
    lambda bag: bag.epc,
]


@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
def test_a_bag_is_found_by_whatever_stands_on_it(spelling: int) -> None:
    bag = stories.rice().bag

    assert list(lots_of_code(SPELLINGS[spelling](bag))) == [bag]


def test_a_lot_without_gtin_is_found_by_its_own_number_and_name() -> None:
    harvest = stories.rice().harvest

    assert list(lots_of_code(harvest.code)) == [harvest]
    assert list(lots_of_code(harvest.epc)) == [harvest]


def test_a_pallet_is_found_by_its_sscc(processor: Membership) -> None:
    epcis.send(processor, samples.packing())

    assert [lot.epc for lot in lots_of_code("(00)169012340000000129")] == [samples.PALLET]
    assert [lot.epc for lot in lots_of_code("169012340000000129")] == [samples.PALLET]


@pytest.mark.parametrize(
    "written",
    [
        "https://trace.example.cn/01/{gtin}/21/{serial}",
        "https://trace.example.cn/01/{gtin}/10/{lot}/21/{serial}?lang=en",
        "(01){gtin}(21){serial}",
        "{serial}",
    ],
)
def test_a_single_bag_leads_to_its_lot(processor: Membership, written: str) -> None:
    lot = codes.make_bagged_lot(processor)
    codes.make_bags(lot, by=processor)
    bag = BagCode.objects.order_by("pk")[0]

    said = written.format(gtin=bag.gtin, serial=bag.serial, lot=lot.code)

    assert list(lots_of_code(said)) == [lot]


@pytest.mark.parametrize("text", ["", "  ", "\0", "x" * 500, "no such lot", "https://", "urn:x", "01/2/3", "' OR 1=1"])
def test_what_means_nothing_finds_nothing(text: str) -> None:
    stories.rice()

    assert list(lots_of_code(text)) == []
