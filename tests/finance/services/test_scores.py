from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.errors import StaleCheckpointError
from finance.models import Consent, Score
from finance.queries import scores as queries
from finance.services import cards, scores
from tests.factories import credit, scored
from tests.factories.log import publish
from traceability import log_key
from traceability.errors import RefusedError
from traceability.ledger.scores import verify_score
from traceability.queries import history
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
LATER = credit.NOW + timedelta(hours=1)


@pytest.fixture
def cast(farmer: Membership, processor: Membership, laboratory: Membership) -> scored.Cast:
    return scored.Cast(farmer, processor, laboratory)


@pytest.fixture
def consent(cast: scored.Cast, operator: Membership, bank: Membership) -> Consent:
    return scored.ready(cast, operator, bank)


def compute(consent: Consent, bank: Membership, *, by: Entry | None = None) -> Score:
    entry = by or Entry(id=uuid4(), time=LATER)
    return scores.compute(subject=consent.subject, as_of=LATER, consent=consent, membership=bank, entry=entry, at=LATER)


def test_compute_gives_a_score_that_is_recomputed_from_its_evidence_alone(consent: Consent, bank: Membership) -> None:
    score = compute(consent, bank)

    report = verify_score(queries.evidence_bytes(score), vkeys=[log_key.vkey()])

    assert (score.outcome, score.gate) == ("scored", [])
    assert report.judged.scored is not None
    assert report.judged.scored.score == score.score
    assert report.record["score"] == score.score
    assert score.features == report.judged.features.numbers()


def test_compute_gives_reasons_in_words_with_their_records(consent: Consent, bank: Membership) -> None:
    score = compute(consent, bank)

    found = queries.reasons_of(score)

    assert [one.code for one in found] == [code for code, _ in score.reasons]
    assert sum(-one.points for one in found) <= 716 - (score.score or 0)
    assert found[0].text
    assert all(one.events for one in found if not one.code.endswith(".missing") and one.code != "order_backlog")


def test_compute_again_by_the_same_entry_gives_the_same_score(consent: Consent, bank: Membership) -> None:
    entry = Entry(id=uuid4(), time=LATER)

    first, second = (compute(consent, bank, by=entry) for _ in range(2))

    assert first.pk == second.pk
    assert [event.leaf.type for event in history.of(first.entity)] == ["score.computed"]
    assert Score.objects.count() == 1


def test_a_second_score_links_the_first_which_stays(consent: Consent, bank: Membership) -> None:
    first = compute(consent, bank)

    second = compute(consent, bank)

    assert second.replaces == first
    assert queries.latest(consent.subject) in {first, second}
    assert Score.objects.get(pk=first.pk).record_sha256 == first.record_sha256


def test_compute_asks_for_patience_until_the_consent_is_in_the_log(
    cast: scored.Cast, operator: Membership, bank: Membership
) -> None:
    scored.make_card(operator)
    publish()
    consent = credit.make_consent(cast.farmer, bank)

    with pytest.raises(StaleCheckpointError) as caught:
        compute(consent, bank)

    assert caught.value.rule == "stale_checkpoint"
    assert not Score.objects.exists()


def test_compute_without_a_card_is_refused(cast: scored.Cast, bank: Membership) -> None:
    consent = credit.make_consent(cast.farmer, bank)
    publish()

    with pytest.raises(RefusedError) as caught:
        compute(consent, bank)

    assert caught.value.rule == "no_card"


def test_a_farm_of_which_nothing_is_known_gets_no_number(
    cast: scored.Cast, operator: Membership, bank: Membership
) -> None:
    cards.ensure_expert(entry=Entry(id=uuid4(), time=credit.NOW), membership=operator, at=credit.NOW)
    consent = credit.make_consent(cast.farmer, bank)
    publish()

    score = compute(consent, bank)

    assert (score.outcome, score.score, score.grade) == ("insufficient_data", None, "")
    assert score.gate == ["tenure_months", "attested_events", "data_integrity"]
    verify_score(queries.evidence_bytes(score), vkeys=[log_key.vkey()])
