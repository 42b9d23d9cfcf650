import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scores_made import AS_OF, LOG, OPERATOR, SCORER, Book, make_evidence
from tests.traceability.ledger.scores.grounds import VKEYS, expert, farm
from traceability.ledger.note import sign_note
from traceability.ledger.scores import Levels, Part, ScoreError, level_text, levels_of, parse_evidence, verify_score
from traceability.ledger.scores.levels import CALIBRATED, NONE, OVERLAID, Calibration, Overlay

CARD = f"card:{expert().id}"
OVERLAY = {
    "points": -40,
    "since": "2026-11-01",
    "until": "2027-03-31",
    "owner": "generated credit desk",
    "reason": "generated flood",
}
CALIBRATION = {"steps": [[300, 4000], [560, 900], [640, 200]], "outcomes": 1200, "bads": 130}


def correct(book: Book, name: str, body: dict[str, Any], *, signer: Any = SCORER, days: int = 1) -> None:
    """Let the operator correct the card so many days before the score."""
    signature = sign_note(level_text(name, expert().id, OPERATOR, body), signer).rstrip("\n")
    book.tell(name, CARD, AS_OF - timedelta(days=days), by=OPERATOR, body={**body, "signature": signature})


def levels(book: Book) -> Levels:
    return levels_of(book.told(), expert().id, as_of=AS_OF, vkeys=[str(SCORER.vkey)])


def record(book: Book) -> dict[str, Any]:
    """Make the evidence, verify it, and give the record."""
    data = make_evidence(book, expert())
    verify_score(data, vkeys=VKEYS)
    found: dict[str, Any] = json.loads(parse_evidence(data).record)
    return found


def test_without_a_level_the_record_is_what_it_was() -> None:
    found = record(farm(1))

    assert found["code_version"] == "suyuan-score/1"
    assert not {"level", "chance"} & set(found)


def test_an_overlay_moves_score_and_range_and_doubles_the_odds_by_its_points() -> None:
    book = farm(1)
    before = record(farm(1))
    correct(book, OVERLAID, OVERLAY)

    found = record(book)

    assert (found["code_version"], found["level"]["points"]) == ("suyuan-score/2", -40)
    assert found["score"] == before["score"] - 40
    assert found["points"] == before["points"]
    # 600 is 20 to 1, and each 40 points double the odds: the chance behind the score that is shown.
    assert found["chance"] == round(10_000 / (1 + 20 * 2 ** ((found["score"] - 600) / 40)))


@pytest.mark.parametrize(
    ("body", "days"),
    [({**OVERLAY, "until": "2026-11-21"}, 1), ({**OVERLAY, "since": "2026-11-23"}, 1), (OVERLAY, -1)],
)
def test_an_overlay_counts_from_its_day_to_its_day_and_once_it_was_told(body: dict[str, Any], days: int) -> None:
    book = farm(1)
    correct(book, OVERLAID, body, days=days)

    assert levels(book) == NONE


def test_a_later_overlay_takes_the_place_of_the_one_before_and_none_ends_it() -> None:
    book = farm(1)
    correct(book, OVERLAID, OVERLAY, days=3)
    correct(book, OVERLAID, {**OVERLAY, "points": -12}, days=2)
    assert levels(book).points == -12

    correct(book, OVERLAID, {**OVERLAY, "points": 0}, days=1)
    assert levels(book) == NONE


def test_a_calibration_gives_the_chance_of_its_step_and_leaves_the_score() -> None:
    book = farm(1)
    before = record(farm(1))
    correct(book, CALIBRATED, CALIBRATION)

    found = record(book)

    assert found["score"] == before["score"]
    assert found["chance"] == (200 if found["score"] >= 640 else 900 if found["score"] >= 560 else 4000)


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        (OVERLAID, {**OVERLAY, "points": 201}, "not a whole number from -200 to 200"),
        (OVERLAID, {**OVERLAY, "points": "1"}, "not a whole number from -200 to 200"),
        (OVERLAID, {**OVERLAY, "until": "soon"}, "no day"),
        (CALIBRATED, {**CALIBRATION, "steps": [[300, 900], [560, 4000]]}, "steps do not rise in score"),
        (CALIBRATED, {**CALIBRATION, "steps": [[560, 900], [300, 900]]}, "steps do not rise in score"),
        (CALIBRATED, {**CALIBRATION, "steps": [[300, 0]]}, "a chance is not from 1 to 9999"),
        (CALIBRATED, {**CALIBRATION, "steps": []}, "not a list of 1 to 200 steps"),
        (CALIBRATED, {**CALIBRATION, "shift": 0}, "not a whole number from 1 to 1000000"),
    ],
)
def test_a_malformed_level_is_refused_as_of_the_card(name: str, body: dict[str, Any], reason: str) -> None:
    book = farm(1)
    correct(book, name, body)

    with pytest.raises(ScoreError, match=reason) as caught:
        levels(book)

    assert caught.value.part is Part.CARD


def test_a_level_signed_by_a_key_of_no_approval_is_refused() -> None:
    book = farm(1)
    correct(book, OVERLAID, OVERLAY, signer=LOG)

    with pytest.raises(ScoreError, match=r"^card: event 2 of card:"):
        levels(book)


def test_a_signature_under_other_points_is_refused() -> None:
    book = farm(1)
    signature = sign_note(level_text(OVERLAID, expert().id, OPERATOR, OVERLAY), SCORER).rstrip("\n")
    body = {**OVERLAY, "points": 40, "signature": signature}
    book.tell(OVERLAID, CARD, AS_OF - timedelta(days=1), by=OPERATOR, body=body)

    with pytest.raises(ScoreError, match="what is signed is something else"):
        levels(book)


def test_a_score_that_leaves_the_overlay_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = farm(1)
    correct(book, OVERLAID, OVERLAY)
    data = make_evidence(book, expert())
    with monkeypatch.context() as patched:
        patched.setattr("benchmarks.scores_made.levels_of", lambda *_, **__: NONE)
        without = make_evidence(book, expert())

    verify_score(data, vkeys=VKEYS)
    with pytest.raises(ScoreError) as caught:
        verify_score(without, vkeys=VKEYS)
    assert caught.value.part is Part.SCORE


@given(score=st.integers(300, 850), points=st.integers(-200, 200), shift=st.integers(1, 5000))
def test_a_better_score_never_has_the_greater_chance_of_default(score: int, points: int, shift: int) -> None:
    overlay = Overlay("", points, AS_OF.date(), AS_OF.date(), "", "") if points else None
    for known in (
        Levels(overlay),
        Levels(overlay, Calibration("", shift, ())),
        Levels(overlay, Calibration("", 1000, ((300, 4000), (560, 900)))),
    ):
        chances = [known.chance(expert().scale, one) for one in (score, score + 1)]
        assert 0 < chances[1] <= chances[0] < 10_000
