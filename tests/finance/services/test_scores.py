from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.models import Consent, Score
from finance.queries import scores as queries
from finance.services import scores
from tests.factories import credit, scored
from traceability import log_key
from traceability.ledger.scores import verify_score
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
