from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.traceability.events.bodies import DIGEST
from tests.traceability.web.trace.tellings import event, story
from traceability.queries.history import Event
from traceability.web.trace.steps import Timeline, timeline_of

SEASON = "season:s"
SPRAYED: dict[str, Any] = {
    "date": "2026-07-16",
    "product": "三环唑",
    "dose": {"value": "20", "unit": "g/mu"},
    "target": "稻瘟病",
    "phi_days": 21,
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def tell(*events: Event) -> Timeline:
    return timeline_of(story(*events))


def correction(eseq: int, changes: dict[str, Any], *, of: Event) -> Event:
    corrects = {"id": of.leaf.id, "eseq": of.leaf.eseq, "type": of.leaf.type}
    body = {"corrects": corrects, "reason": "typing_error", "changes": changes}
    return event("growth.corrected", body, entity=SEASON, eseq=eseq)


def test_steps_stand_in_the_order_of_their_days() -> None:
    late = event("growth.tended", {"date": "2026-08-01", "operation": "weeding"}, entity=SEASON, eseq=0)
    early = event("growth.tended", {"date": "2026-06-01", "operation": "hilling"}, entity=SEASON, eseq=1)

    assert [step.saying.title for step in tell(late, early).steps] == ["Hilling", "Weeding"]


def test_what_two_histories_say_of_one_harvest_is_one_step() -> None:
    lot = event("lot.harvested", {"date": "2026-09-28", "kg": "900"}, entity="lot:a")
    season = event("season.harvested", {"date": "2026-09-28", "kg": "900", "lot": "lot:a"}, entity=SEASON)

    (step,) = tell(season, lot).steps

    assert {record.place for record in step.records} == {"lot:a#0", f"{SEASON}#0"}


def test_a_harvest_of_another_lot_is_a_record_and_no_step() -> None:
    told = tell(event("season.harvested", {"date": "2026-09-28", "kg": "900", "lot": "lot:other"}, entity=SEASON))

    assert list(told.steps) == []
    assert [record.label for record in told.others] == ["Harvest"]


def test_a_lot_is_shown_in_the_step_of_the_process_that_made_it() -> None:
    parts = {"inputs": [{"lot": "lot:a", "kg": "100"}], "outputs": [{"lot": "lot:b", "kg": "70"}]}
    process = event("process.completed", {"date": "2026-10-09", "process": "milling", **parts}, entity="process:m")
    pointer = {"entity": "process:m", "eseq": 0, "head": DIGEST}
    made = event("lot.processed", {"date": "2026-10-09", "kg": "70", "process": pointer}, entity="lot:b")

    (step,) = tell(process, made).steps

    assert step.saying.title == "Milling → 70 kg"
    assert len(step.records) == 2


def test_the_key_of_a_phone_is_a_record_and_no_step() -> None:
    told = tell(event("key.add", {"public": "x"}, entity="key:0"))

    assert (list(told.steps), len(told.others)) == ([], 1)


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"phi_days": 28}, "pre-harvest interval, days 21 → 28"),
        ({"target": "纹枯病"}, "pest, disease or weed 稻瘟病 → 纹枯病"),
        ({"dose": {"unit": "g/mu", "value": "25"}}, "dose 20 g/mu → 25 g/mu"),
        ({"area_mu": "3.50"}, "area, mu – → 3.5"),
    ],
)
def test_a_correction_names_the_member_and_both_values(changes: dict[str, Any], text: str) -> None:
    sprayed = event("growth.sprayed", SPRAYED, entity=SEASON)

    (step,) = tell(sprayed, correction(1, changes, of=sprayed)).steps

    assert step.changes == [f"Corrected on Oct 9, 2026: {text}"]
    assert [record.place for record in step.records] == [f"{SEASON}#0", f"{SEASON}#1"]


def test_what_a_party_says_that_did_not_have_it_in_hand_is_a_step_of_its_own() -> None:
    pointed_at = {"entity": "epcis:0", "eseq": 0, "head": "0" * 64}
    body = {"epc": "urn:x:lot", "role": "quantity", "event": pointed_at, "said_only": True}

    (step,) = tell(event("item.linked", body, entity="lot:a")).steps

    assert (step.saying.title, step.saying.alarm) == (
        "Named in an EPCIS event",
        "said by a party that did not have it in hand",
    )


def test_what_was_typed_is_not_told_twice() -> None:
    sprayed = event("growth.sprayed", SPRAYED, entity=SEASON)
    changes = {"area_mu": "3.5", "typed": {"unit": "mu", "value": "3.5"}}

    (step,) = tell(sprayed, correction(1, changes, of=sprayed)).steps

    assert step.changes == ["Corrected on Oct 9, 2026: area, mu – → 3.5"]


def test_a_second_correction_replaces_what_the_first_one_said() -> None:
    sprayed = event("growth.sprayed", SPRAYED, entity=SEASON)
    first = correction(1, {"phi_days": 28}, of=sprayed)
    second = correction(2, {"phi_days": 30}, of=sprayed)

    (step,) = tell(sprayed, first, second).steps

    assert [one.rpartition("days ")[2] for one in step.changes] == ["21 → 28", "28 → 30"]
    assert step.saying.details[-1].startswith("pre-harvest interval 30 days")


def test_a_step_whose_records_are_not_published_waits() -> None:
    (step,) = tell(event("growth.sprayed", SPRAYED, entity=SEASON)).steps

    assert step.waits
