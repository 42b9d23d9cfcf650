"""Two at once: consents for the same bank, the first word of one loan, the same doubt."""

import pytest

from accounts.models import Membership
from finance.enums import ConsentState, Purpose
from finance.models import Consent, Dispute, Loan, LoanPosting
from finance.services import consents, disputes, loans
from tests.factories.credit import NOW, asker, entry, make_consent, make_draft, posting
from tests.factories.together import at_once
from tests.finance.services.test_loans import DAY
from traceability.errors import RefusedError
from traceability.queries import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scorer")]


def test_one_of_two_consents_for_the_same_bank_lives(farmer: Membership, bank: Membership) -> None:
    drafts = [make_draft(farmer, bank) for _ in range(4)]

    at_once(*[lambda one=one: consents.grant(consent=one, entry=entry(), membership=farmer, at=NOW) for one in drafts])

    states = sorted(Consent.objects.values_list("state", flat=True))
    assert states == [ConsentState.GRANTED] + [ConsentState.SUPERSEDED] * 3
    assert Consent.objects.filter(superseded_by=None).get().state == ConsentState.GRANTED
    for one in Consent.objects.filter(state=ConsentState.SUPERSEDED):
        assert [event.leaf.type for event in history.of(one.entity)] == ["consent.granted", "consent.superseded"]


def test_a_loan_begins_once_whichever_consent_names_it(farmer: Membership, bank: Membership) -> None:
    given = [make_consent(farmer, bank), make_consent(farmer, bank, purpose=Purpose.UNDERWRITING)]
    said = [posting(one, "application", DAY, amount_fen=3_000_000) for one in given]

    found = at_once(*[lambda one=one: loans.post(posting=one, asker=asker(bank), at=NOW) for one in said])

    assert Loan.objects.count() == LoanPosting.objects.count() == 1
    assert [one.rule for one in found if isinstance(one, RefusedError)] == ["posting_out_of_order"]


def test_a_doubt_is_opened_once(farmer: Membership) -> None:
    doubt = disputes.Doubt(text="收成记错了", feature="yield_against_county")

    found = at_once(
        *[lambda: disputes.open_dispute(doubt=doubt, entry=entry(), membership=farmer, at=NOW) for _ in range(4)]
    )

    assert Dispute.objects.count() == 1
    assert [one.rule for one in found if isinstance(one, RefusedError)] == ["dispute_open_already"] * 3
