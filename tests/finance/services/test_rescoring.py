from datetime import timedelta

import pytest

from accounts.models import Membership
from finance.models import Score, Scorecard, ShadowScore
from finance.services.rescoring import rescore, scores_of
from tests.factories import lending
from traceability.ledger.scores import parse_card

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


@pytest.fixture
def lent(operator: Membership, bank: Membership, farmer: Membership) -> Scorecard:
    return lending.lend(60, operator=operator, bank=bank, farmer=farmer)


def test_all_farms_get_what_the_card_gives_one_by_one(lent: Scorecard) -> None:
    found = rescore(lent, at=lending.NOW)

    kept = {one.subject_id: (one.score, one.grade) for one in ShadowScore.objects.filter(card=lent)}
    assert kept == {one.subject_id: (one.score, one.grade) for one in Score.objects.all()}
    assert {one.standing.subject: one.score for one in found} == {farm: score for farm, (score, _) in kept.items()}


def test_again_it_replaces_only_what_changed(lent: Scorecard) -> None:
    rescore(lent, at=lending.NOW)
    one = ShadowScore.objects.earliest("pk")
    ShadowScore.objects.filter(pk=one.pk).update(score=300, grade="E")

    rescore(lent, at=lending.NOW + timedelta(hours=1))

    assert ShadowScore.objects.count() == 60
    assert list(ShadowScore.objects.exclude(made_at=lending.NOW).values_list("pk", flat=True)) == [one.pk]
    assert ShadowScore.objects.get(pk=one.pk).score == one.score


def test_a_farm_without_a_number_gets_none(lent: Scorecard) -> None:
    one = Score.objects.earliest("pk")
    Score.objects.filter(pk=one.pk).update(outcome="refer")

    rescore(lent, at=lending.NOW)

    assert not ShadowScore.objects.filter(subject=one.subject).exists()
    assert ShadowScore.objects.count() == 59


def test_missing_figures_and_breaks_count_as_the_card_says(lent: Scorecard) -> None:
    card = parse_card(bytes(lent.data))
    rows = [
        {one.name: value for one in card.variables}
        for value in (None, 0, *sorted({edge for one in card.variables for edge in getattr(one, "breaks", ())}))
    ]

    assert scores_of(card, rows).tolist() == [card.score(row).score for row in rows]
