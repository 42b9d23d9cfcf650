import json
from datetime import date, timedelta
from uuid import uuid4

import pytest

from accounts.models import Membership
from finance.queries.export import export_of
from finance.services import referrals, scores
from finance.services.answering import scored as said_of
from finance.services.credentials import Place, issue
from tests.factories import credit, scored
from traceability.services.entries import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
LATER = credit.NOW + timedelta(hours=1)
DAY = date(2026, 11, 22)
PLACE = Place(origin="http://testserver", position=77)


def test_a_farm_gets_all_that_is_known_of_its_credit(
    farmer: Membership, processor: Membership, laboratory: Membership, operator: Membership, bank: Membership
) -> None:
    consent = scored.ready(scored.Cast(farmer, processor, laboratory), operator, bank)
    entry = Entry(id=uuid4(), time=LATER)
    score = scores.compute(
        subject=consent.subject, as_of=LATER, consent=consent, membership=bank, entry=entry, at=LATER
    )
    held = issue(consent=consent, scored=said_of(score), place=PLACE, entry=credit.entry(), membership=farmer, at=LATER)
    wish = referrals.Wish(fen=5_000_000, months=8, reason="买稻种")
    referrals.refer(consent=consent, wish=wish, entry=credit.entry(), membership=farmer, at=LATER)
    credit.lend(consent, bank, on=DAY, due_on=DAY + timedelta(days=200), at=LATER)

    told = json.loads(json.dumps(export_of(farmer, at=LATER)))

    (one,) = told["scores"]
    assert (one["id"], one["score"], one["figures"]) == (str(score.pk), score.score, score.features)
    assert (json.loads(one["record"])["score"], one["signature"]) == (score.score, score.signature)
    assert told["certificates"] == [{"id": str(held.pk), "document": json.loads(held.document), "revoked_at": None}]
    assert [(wanted["wanted_fen"], wanted["reason"]) for wanted in told["referrals"]] == [(5_000_000, "买稻种")]
    assert [said["kind"] for said in told["loans"][0]["postings"]] == ["application", "approval", "disbursement"]


def test_nothing_of_another_farm_is_told(farmer: Membership, stranger: Membership, bank: Membership) -> None:
    credit.make_consent(farmer, bank)

    told = export_of(stranger, at=LATER)

    assert {name for name, said in told.items() if said} == {"format", "farm", "made_at"}
