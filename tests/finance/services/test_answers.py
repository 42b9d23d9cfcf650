from datetime import timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.sms import MemorySender
from finance.enums import Category, ConsentState, Purpose, QueryOutcome
from finance.errors import ConsentError, FinanceConflictError
from finance.models import AuditRow, Consent
from finance.services import answers, messages
from finance.services.audit_check import check_books
from tests.factories.credit import (
    NOW,
    Scorer,
    ask,
    asker,
    days,
    entry,
    make_bank,
    make_consent,
    make_draft,
    revoke,
)
from tests.factories.log import publish
from tests.factories.parties import make_member
from traceability.errors import NotYoursError
from traceability.models import TaskRequest
from traceability.queries import history, proofs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scorer")]


def _refusal(consent: Consent, bank: Membership, **said: Any) -> str:
    with pytest.raises(ConsentError) as caught:
        ask(consent, bank, **said)
    return caught.value.rule


def test_a_live_consent_is_answered_with_what_it_covers(
    farmer: Membership, bank: Membership, outbound: None, scorer: Scorer
) -> None:
    consent = make_consent(farmer, bank)

    answer = ask(consent, bank, categories=(Category.SCORE, Category.RECORDS))

    (made,) = scorer.made.values()
    consent.refresh_from_db()
    assert answer.score.pk == made.pk
    assert made.consent == consent
    assert answer.fields == ("score", "grade", "range", "reasons", "valid_until", "certificate", "evidence")
    assert not answer.withheld
    assert not answer.disputed
    assert answer.valid_until == NOW + days(30)
    assert consent.queries_used == 1


def test_each_answer_has_its_row_and_its_event(farmer: Membership, bank: Membership, outbound: None) -> None:
    consent = make_consent(farmer, bank)

    answer = ask(consent, bank)

    row = AuditRow.objects.get()
    event = history.of(consent.entity)[-1]
    assert row == answer.row
    assert (row.book, row.seq, row.prev_hash) == (consent.entity, 0, None)
    assert (row.asker, row.client_id, row.key_thumbprint) == (bank.organisation, "core-banking", "k" * 43)
    assert (row.consent, row.consent_ref, row.purpose, row.loan_ref) == (
        consent,
        consent.pk,
        Purpose.PRE_ASSESSMENT,
        "L-1",
    )
    assert (row.outcome, row.score, row.at) == (QueryOutcome.ANSWERED, answer.score.pk, NOW)
    assert event.leaf.type == "consent.queried"
    assert event.leaf.body == {
        "outcome": "answered",
        "row_sha256": bytes(row.row_hash).hex(),
        "score": f"score:{answer.score.pk}",
    }
    assert event.private["loan_ref"] == "L-1"


def test_refusals_have_their_codes_and_their_rows(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)

    assert _refusal(consent, bank, purpose=Purpose.UNDERWRITING) == "purpose_mismatch"
    assert _refusal(consent, bank, categories=(Category.RECEIVABLES,)) == "consent_missing"
    assert _refusal(consent, bank, categories=()) == "consent_missing"
    assert _refusal(consent, bank, at=consent.expires_at) == "consent_expired"
    revoke(consent, farmer)
    assert _refusal(consent, bank) == "consent_revoked"

    rows = AuditRow.objects.order_by("seq")
    assert [row.outcome for row in rows] == [
        "purpose_mismatch",
        "consent_missing",
        "consent_missing",
        "consent_expired",
        "consent_revoked",
    ]
    assert [row.fields for row in rows] == [[]] * 5
    assert [bytes(row.prev_hash or b"") for row in rows][1:] == [bytes(row.row_hash) for row in rows][:-1]


def test_the_last_query_uses_a_consent_up(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank, max_queries=2)
    ask(consent, bank)
    ask(consent, bank)

    consent.refresh_from_db()
    assert consent.state == ConsentState.EXHAUSTED
    assert _refusal(consent, bank) == "query_limit"
    assert [one.leaf.type for one in history.of(consent.entity)] == [
        "consent.granted",
        "consent.queried",
        "consent.queried",
        "consent.exhausted",
        "consent.queried",
    ]


def test_unknown_and_not_permitted_are_alike_and_stand_in_the_askers_book(farmer: Membership, bank: Membership) -> None:
    other = make_bank("另一家银行")
    references = [make_consent(farmer, bank).pk, make_draft(farmer, other).pk, entry().id]

    for reference in references:
        with pytest.raises(NotYoursError) as caught:
            ask(reference, other)
        assert str(caught.value) == f"consent {reference}: is not there for this asker"

    rows = AuditRow.objects.order_by("seq")
    assert {row.book for row in rows} == {f"asker:{other.organisation.public_id}"}
    assert [(row.seq, row.outcome, row.consent) for row in rows] == [(n, "unknown", None) for n in range(3)]
    assert [one.leaf.type for one in history.of(rows[0].book)] == ["asker.refused"] * 3


def test_a_bank_that_lost_its_confirmation_is_answered_nothing(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    bank.organisation.confirmed_at = None
    bank.organisation.save()

    with pytest.raises(NotYoursError):
        ask(consent, bank)

    assert AuditRow.objects.get().outcome == QueryOutcome.UNKNOWN


def test_a_score_of_a_person_stays_by_default(farmer: Membership, bank: Membership) -> None:
    answer = ask(make_consent(farmer, bank), bank, categories=(Category.SCORE, Category.RECORDS))

    assert answer.withheld
    assert answer.fields == ("valid_until", "evidence")


def test_a_licensed_bureau_alone_gets_it_where_one_is_named(
    farmer: Membership, bank: Membership, outbound: None, settings: Settings
) -> None:
    bureau = make_bank("征信机构")
    settings.SCORE_BUREAUS = [str(bureau.organisation.public_id)]

    assert ask(make_consent(farmer, bank), bank).withheld
    assert not ask(make_consent(farmer, bureau), bureau).withheld


def test_a_cooperatives_score_goes_under_a_filed_partner(bank: Membership, settings: Settings) -> None:
    cooperative = make_member(OrganisationKind.COOPERATIVE, name="合作社")
    consent = make_consent(cooperative, bank)

    assert ask(consent, bank).withheld
    settings.SCORE_OUTBOUND_SHAPE = "partner"
    assert not ask(consent, bank).withheld


def test_the_same_query_again_gives_the_same_answer_and_counts_once(
    farmer: Membership, bank: Membership, scorer: Scorer
) -> None:
    consent, query = make_consent(farmer, bank), entry()

    first, second = (ask(consent, bank, by=query) for _ in range(2))

    consent.refresh_from_db()
    assert first.row == second.row
    assert consent.queries_used == 1
    assert len(scorer.made) == AuditRow.objects.count() == 1
    with pytest.raises(FinanceConflictError):
        ask(consent, bank, by=query, loan_ref="L-2")


def test_the_same_query_again_is_refused_once_the_consent_is_gone(farmer: Membership, bank: Membership) -> None:
    consent, query = make_consent(farmer, bank), entry()
    ask(consent, bank, by=query)
    revoke(consent, farmer)

    assert _refusal(consent, bank, by=query) == "consent_revoked"
    assert AuditRow.objects.count() == 1


def test_a_score_is_given_again_within_a_day(farmer: Membership, bank: Membership, scorer: Scorer) -> None:
    consent = make_consent(farmer, bank)

    first = ask(consent, bank)
    soon = ask(consent, bank, at=NOW + timedelta(hours=23))
    later = ask(consent, bank, at=NOW + timedelta(hours=48))

    assert first.score is soon.score
    assert later.score is not soon.score
    assert len(scorer.made) == 2


def test_a_farm_is_told_by_message_when_a_bank_asks_for_the_first_time(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)

    first = ask(consent, bank)
    ask(consent, bank)

    told = TaskRequest.objects.filter(name=messages.TELL_OF_QUERY)
    assert [one.argument for one in told] == [str(first.row.pk)]
    messages.deliver_query(first.row.pk)
    assert MemorySender.outbox[-1].phone == farmer.user.phone
    assert MemorySender.outbox[-1].text.startswith("盘锦农商银行按您的授权，于")


def test_evidence_goes_to_who_was_given_it_and_writes_a_row(
    farmer: Membership, bank: Membership, scorer: Scorer
) -> None:
    consent = make_consent(farmer, bank)
    answer = ask(consent, bank, categories=(Category.SCORE, Category.RECORDS))

    given = answers.evidence(asker=asker(bank), query_id=answer.row.pk, entry=entry(), at=NOW)

    consent.refresh_from_db()
    assert given == f"evidence of {answer.score.pk}".encode()
    assert consent.queries_used == 1
    assert [(row.outcome, row.fields) for row in AuditRow.objects.order_by("seq")][1:] == [("answered", ["evidence"])]


def test_evidence_is_for_nobody_else_and_for_no_other_query(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank)
    without = ask(consent, bank)
    with_records = ask(consent, bank, categories=(Category.RECORDS,))

    for member, query in ((bank, without), (make_bank("另一家"), with_records)):
        with pytest.raises(NotYoursError):
            answers.evidence(asker=asker(member), query_id=query.row.pk, entry=entry(), at=NOW)
    revoke(consent, farmer)
    with pytest.raises(ConsentError) as caught:
        answers.evidence(asker=asker(bank), query_id=with_records.row.pk, entry=entry(), at=NOW)

    assert caught.value.rule == "consent_revoked"
    assert AuditRow.objects.order_by("seq").last().outcome == QueryOutcome.REVOKED  # type: ignore[union-attr]


def test_a_farm_looks_at_its_own_score_and_at_no_others(
    farmer: Membership, stranger: Membership, scorer: Scorer
) -> None:
    own = make_consent(farmer, farmer, purpose=Purpose.OWN_VIEW, categories=tuple(Category.values))

    answer = ask(own, farmer, purpose=Purpose.OWN_VIEW)

    assert answer.score.pk in scorer.made
    assert not answer.withheld
    assert not TaskRequest.objects.filter(name=messages.TELL_OF_QUERY).exists()
    with pytest.raises(NotYoursError):
        ask(own, stranger, purpose=Purpose.OWN_VIEW)


def test_a_row_names_the_newest_checkpoint(farmer: Membership, bank: Membership, log_keys: None) -> None:
    consent = make_consent(farmer, bank)
    published = publish()

    row = ask(consent, bank).row

    row.refresh_from_db()
    assert row.tree_size == published.size == 1
    assert bytes(row.tree_root or b"") == proofs.root(1)
    assert list(check_books()) == []
