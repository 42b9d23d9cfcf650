from datetime import date
from decimal import Decimal
from typing import Any

from tests.traceability.projections.histories import ENTITY_ID, OTHER, PARTY, Said, corrected, said
from traceability.projections import lots

EPC = "https://id.gs1.org/01/06901234567892/10/A1"
EVENT = {"entity": "epcis:x", "eseq": 0, "head": "0" * 64}


def linked(role: str, eseq: int = 0, **body: Any) -> Said:
    return said("item.linked", eseq=eseq, epc=EPC, role=role, event=EVENT, **body)


def harvested(**body: Any) -> Said:
    facts: dict[str, Any] = {
        "epc": EPC,
        "code": "A1",
        "product_form": "paddy",
        "kg": "1000",
        "date": "2026-09-28",
        "crop": "rice",
    }
    return said("lot.harvested", season=f"season:{ENTITY_ID}", **facts, **body)


def row(*history: Said) -> dict[str, object]:
    (found,) = lots.rows(history)
    return found


def test_an_empty_history_makes_no_row() -> None:
    assert lots.rows([]) == []


def test_a_harvest_says_what_the_lot_is() -> None:
    assert row(harvested(moisture_percent="14.5")) == {
        "id": ENTITY_ID,
        "registrant__public_id": PARTY,
        "custodian__public_id": PARTY,
        "held": False,
        "place": "",
        "supplier_code": "",
        "epc": EPC,
        "kind": "LOT",
        "gtin": "",
        "code": "A1",
        "season_id": ENTITY_ID,
        "product_name": "",
        "crop": "rice",
        "product_form": "paddy",
        "produced_on": date(2026, 9, 28),
        "kg": Decimal(1000),
        "moisture_percent": Decimal("14.5"),
    }


def test_what_was_used_is_taken_off_and_put_back_when_it_was_not() -> None:
    used = said("lot.consumed", eseq=1, kg="400", process=EVENT)

    assert row(harvested(), used)["kg"] == Decimal(600)
    assert row(harvested(), used, corrected(used, eseq=2, withdrawn=True))["kg"] == Decimal(1000)


def test_the_last_who_was_given_it_has_it() -> None:
    history = [
        harvested(),
        said("lot.handed_over", eseq=1, to=str(OTHER)),
        said("lot.handed_over", eseq=2, to=str(PARTY)),
    ]

    assert row(*history[:2])["custodian__public_id"] == OTHER
    assert row(*history)["custodian__public_id"] == PARTY


def test_an_item_of_partners_is_what_they_said_first() -> None:
    found = row(linked("output", crop="peanut", date="2026-10-01"), linked("epc", 1, crop="rice", product_name="花生"))

    assert (found["crop"], found["product_name"], found["produced_on"]) == ("peanut", "花生", date(2026, 10, 1))
    assert (found["code"], found["season_id"], found["moisture_percent"]) == ("", None, None)


def test_our_own_lot_is_not_renamed_by_a_partner() -> None:
    found = row(harvested(), linked("input", 1, kg="5", crop="peanut"))

    assert (found["crop"], found["kg"]) == ("rice", Decimal(1000))


def test_samples_given_to_a_laboratory_have_rows_and_know_their_reports() -> None:
    taken = said("sample.taken", eseq=1, sample="S-1", laboratory=str(OTHER), date="2026-10-06")
    own = said("sample.taken", eseq=2, sample="S-2", date="2026-10-06")
    report = said("test.reported", eseq=3, sample="S-1", laboratory=str(OTHER), date="2026-10-10", results=[])

    (first,) = lots.samples([harvested(), taken, own, report])

    assert (first["number"], first["laboratory__public_id"], first["lot_id"]) == ("S-1", OTHER, ENTITY_ID)
    assert (first["taken_on"], first["reported_on"]) == (date(2026, 10, 6), date(2026, 10, 10))
    assert lots.samples([harvested(), taken, corrected(taken, eseq=2, withdrawn=True)]) == []
