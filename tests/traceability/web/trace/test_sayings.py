import pytest
from django.utils import translation

from tests.traceability.events.bodies import BODIES
from tests.traceability.web.trace.tellings import event, standing, story
from traceability.events import EVENT_TYPES
from traceability.projections.standing import Standing
from traceability.web.trace.sayings import Saying, label_of, saying_of

CORRECTIONS = {name for name, kind in EVENT_TYPES.items() if kind.corrects}


def say(kind: str, body: dict[str, object] | None = None, language: str = "en") -> Saying:
    told = BODIES[kind] if body is None else body
    with translation.override(language):
        return saying_of(standing(kind, told), story())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", sorted(BODIES.keys() - CORRECTIONS))
def test_every_type_of_event_can_be_said(kind: str, language: str) -> None:
    saying = say(kind, language=language)

    assert saying.title
    assert all(isinstance(one, str) for one in saying.details)


@pytest.mark.parametrize(
    ("kind", "title", "details"),
    [
        ("growth.tended", "Weeding", ("3 mu",)),
        ("growth.tended:own", "Bird scaring", ()),
    ],
)
def test_field_work_is_called_by_its_name(kind: str, title: str, details: tuple[str, ...]) -> None:
    body: dict[str, object] = {"date": "2026-06-01", "operation": "bird_scaring"}
    if kind == "growth.tended":
        body |= {"operation": "weeding", "area_mu": "3.00"}

    assert say("growth.tended", body) == Saying(title, details)


def test_a_harvest_inside_the_interval_says_so() -> None:
    body = {"date": "2026-09-28", "kg": "900", "variety": "盐丰47", "inside_interval": True}

    assert say("lot.harvested", body) == Saying("Harvest: 900 kg", ("盐丰47",), "inside the pre-harvest interval")


@pytest.mark.parametrize(("kg", "text"), [("999.9", "999.9 kg"), ("1000.000", "1 t"), ("21400", "21.4 t")])
def test_weights_are_told_in_tonnes_from_one_on(kg: str, text: str) -> None:
    assert say("lot.harvested", {"date": "2026-09-28", "kg": kg}).title == f"Harvest: {text}"


def test_a_stage_is_told_by_its_name_for_the_crop_of_its_season() -> None:
    opened = event("season.opened", {"crop": "rice", "variety": "盐丰47"}, entity="season:s")
    seen = event("growth.observed", {"date": "2026-06-19", "stage": "29"}, entity="season:s", eseq=1)

    with translation.override("en"):
        saying = saying_of(Standing(seen, seen.leaf.body, {}), story(opened, seen))

    assert saying.title == "Observation: most tillers"


@pytest.mark.parametrize(
    ("unit", "text"), [("g/mu", "20 g a mu"), ("dilution", "diluted 1:20"), ("mL/L", "20 mL in a litre")]
)
def test_a_dose_is_told_in_its_own_unit(unit: str, text: str) -> None:
    body = {
        "date": "2026-07-16",
        "product": "三环唑",
        "dose": {"value": "20", "unit": unit},
        "target": "稻瘟病",
        "phi_days": 21,
    }

    saying = say("growth.sprayed", body)

    assert saying.title == f"Spraying: 三环唑 {text}"
    assert saying.details == ("稻瘟病", "pre-harvest interval 21 days, harvest from Aug 6")


def test_a_type_without_words_of_its_own_is_told_by_its_label() -> None:
    with translation.override("en"):
        assert say("plot.retired") == Saying(label_of("plot.retired"))


def test_a_hold_alarms_until_it_is_released() -> None:
    placed = event("lot.held", {"reason": "failed_test"}, entity="lot:l", eseq=1)
    over = event("lot.released", {"hold": placed.leaf.id, "reason": "tested_again"}, entity="lot:l", eseq=2)

    with translation.override("en"):
        told = [
            saying_of(Standing(placed, placed.leaf.body, {}), story(*found)) for found in ([placed], [placed, over])
        ]

    assert told == [Saying("Lot held", (), "failed a test"), Saying("Lot held", ("failed a test",))]
