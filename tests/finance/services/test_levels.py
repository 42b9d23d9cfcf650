from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.models import Consent, Score, Scorecard
from finance.queries import levels as queries
from finance.queries import scores as score_queries
from finance.services import levels, scores
from finance.services.levels import Correction
from tests.factories import credit, lending, scored
from tests.factories.log import publish
from traceability import log_key
from traceability.errors import NotYoursError, RefusedError
from traceability.ledger.scores import parse_card, verify_score
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
LATER = credit.NOW + timedelta(hours=1)
DAY = credit.NOW.date()
FLOOD = Correction(points=-40, since=DAY, until=DAY + timedelta(days=90), owner="信贷办公室", reason="秋涝减产")


@pytest.fixture
def expert(operator: Membership) -> Scorecard:
    return scored.make_card(operator)


def overlay(card: Scorecard, by: Membership, correction: Correction = FLOOD) -> None:
    levels.overlay(card=card, correction=correction, entry=scored.entry(credit.NOW), membership=by, at=credit.NOW)


def calibrate(card: Scorecard, by: Membership) -> None:
    entry = scored.entry(lending.NOW)
    levels.calibrate(card=card, on=lending.TODAY, entry=entry, membership=by, at=lending.NOW)


@pytest.fixture
def consent(
    farmer: Membership, processor: Membership, laboratory: Membership, operator: Membership, bank: Membership
) -> Consent:
    return scored.ready(scored.Cast(farmer, processor, laboratory), operator, bank)


def compute(consent: Consent, bank: Membership) -> Score:
    entry = Entry(id=uuid4(), time=LATER)
    return scores.compute(subject=consent.subject, as_of=LATER, consent=consent, membership=bank, entry=entry, at=LATER)


def test_an_overlay_is_in_the_score_its_chance_and_its_evidence(
    consent: Consent, operator: Membership, bank: Membership
) -> None:
    before = compute(consent, bank)
    overlay(Scorecard.objects.get(), operator)
    publish()

    after = compute(consent, bank)

    assert before.score is not None
    assert after.score == before.score - 40
    assert after.level == {"points": -40, "until": FLOOD.until.isoformat(), "reason": "秋涝减产"}
    assert (before.level, after.points) == ({}, before.points)
    # 40 points: twice the odds.
    odds = [one.chance_bp / (10_000 - one.chance_bp) for one in (before, after) if one.chance_bp]
    assert odds[1] / odds[0] == pytest.approx(2, rel=0.03)
    report = verify_score(score_queries.evidence_bytes(after), vkeys=[log_key.vkey()])
    assert (report.record["code_version"], report.record["score"]) == ("suyuan-score/2", after.score)
    assert report.record["chance"] == after.chance_bp


def test_the_event_names_owner_reason_and_expiry(expert: Scorecard, operator: Membership) -> None:
    overlay(expert, operator)

    said = history.of(expert.entity)[-1].leaf
    assert (said.type, said.actor.id) == ("card.overlaid", str(operator.user.public_id))
    assert {name: said.body[name] for name in ("points", "owner", "reason", "until")} == {
        "points": -40,
        "owner": "信贷办公室",
        "reason": "秋涝减产",
        "until": FLOOD.until.isoformat(),
    }
    assert queries.current(expert, at=LATER).points == -40
    assert queries.current(expert, at=LATER + timedelta(days=91)).points == 0


def test_the_same_entry_again_corrects_once(expert: Scorecard, operator: Membership) -> None:
    entry = scored.entry(credit.NOW)

    for _ in range(2):
        levels.overlay(card=expert, correction=FLOOD, entry=entry, membership=operator, at=credit.NOW)

    assert [event.leaf.type for event in history.of(expert.entity)].count("card.overlaid") == 1


@pytest.mark.parametrize(
    ("changes", "pointer", "rule"),
    [
        ({"points": -201}, "/points", "level_points"),
        ({"until": DAY - timedelta(days=1)}, "/until", "level_days"),
        ({"until": DAY + timedelta(days=367)}, "/until", "level_days"),
    ],
)
def test_a_correction_out_of_bounds_is_refused(
    expert: Scorecard, operator: Membership, changes: dict[str, int | date], pointer: str, rule: str
) -> None:
    wrong = {"points": -40, "since": DAY, "until": DAY, "owner": "o", "reason": "r", **changes}

    with pytest.raises(RefusedError) as caught:
        overlay(expert, operator, Correction(**wrong))  # type: ignore[arg-type]

    assert (caught.value.pointer, caught.value.rule) == (pointer, rule)
    assert len(history.of(expert.entity)) == 3


def test_nobody_but_the_operator_corrects_a_card(expert: Scorecard, farmer: Membership, bank: Membership) -> None:
    for member in (farmer, bank):
        with pytest.raises(NotYoursError):
            overlay(expert, member)
        with pytest.raises(NotYoursError):
            calibrate(expert, member)

    assert len(history.of(expert.entity)) == 3


def test_a_card_that_nobody_approved_is_not_corrected(expert: Scorecard, operator: Membership) -> None:
    Scorecard.objects.update(state="registered")
    expert.refresh_from_db()

    with pytest.raises(RefusedError) as caught:
        overlay(expert, operator)

    assert caught.value.rule == "card_not_approved"


def test_few_outcomes_move_all_odds_alike(operator: Membership, bank: Membership, farmer: Membership) -> None:
    card = lending.lend(600, operator=operator, bank=bank, farmer=farmer, shock=1.0)

    calibrate(card, operator)

    found = queries.current(card, at=lending.NOW).calibration
    assert found is not None
    assert (found.steps, found.shift > 1000) == ((), True)
    assert _expected(card) == pytest.approx(history.of(card.entity)[-1].leaf.body["bads"], rel=0.02)


def test_a_thousand_outcomes_give_steps(operator: Membership, bank: Membership, farmer: Membership) -> None:
    card = lending.lend(1000, operator=operator, bank=bank, farmer=farmer, shock=1.0)

    calibrate(card, operator)

    found = queries.current(card, at=lending.NOW).calibration
    assert found is not None
    assert len(found.steps) > 3
    assert found.steps[0][1] > found.steps[-1][1]
    assert _expected(card) == pytest.approx(history.of(card.entity)[-1].leaf.body["bads"], rel=0.1)


def test_too_few_outcomes_calibrate_nothing(operator: Membership, bank: Membership, farmer: Membership) -> None:
    card = lending.lend(60, operator=operator, bank=bank, farmer=farmer)

    with pytest.raises(RefusedError) as caught:
        calibrate(card, operator)

    assert caught.value.rule == "too_few_outcomes"


def _expected(row: Scorecard) -> float:
    """Give how many bad loans the chances add up to."""
    known, scale = queries.current(row, at=lending.NOW), parse_card(bytes(row.data)).scale
    return sum(known.chance(scale, one) for one in Score.objects.values_list("score", flat=True) if one) / 10_000
