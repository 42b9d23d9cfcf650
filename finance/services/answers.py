"""The one place where a score leaves: a bank asks, a live consent answers, and a row of the same transaction tells."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.queries.memberships import acts_as
from finance.enums import Category, ConsentState, Purpose, QueryOutcome
from finance.errors import ConsentError, FinanceConflictError
from finance.models import AuditRow, Consent, Credential, Score
from finance.queries.asked import Standing, held, standing
from finance.services import messages, scoring
from finance.services.audit import Asked, Asker, Given, book_of, write_row
from finance.services.consents import exhaust
from finance.services.outbound import may_leave
from traceability.errors import NotYoursError
from traceability.services.entries import Entry
from traceability.services.transactions import business_transaction

__all__ = ["Answer", "Asked", "Asker", "answer", "evidence"]

# How long a score that was given is given again, and how long a bank may rely on one.
REUSE = timedelta(hours=24)
VALID = timedelta(days=30)
_FIELDS: dict[str, tuple[str, ...]] = {
    Category.SCORE: ("score", "grade", "range", "reasons", "valid_until", "certificate"),
    Category.FEATURES: ("features",),
    Category.RECORDS: ("evidence",),
    Category.RECEIVABLES: ("receivables",),
}
_ENDED = {
    ConsentState.REVOKED: QueryOutcome.REVOKED,
    ConsentState.SUPERSEDED: QueryOutcome.MISSING,
    ConsentState.EXPIRED: QueryOutcome.EXPIRED,
    ConsentState.EXHAUSTED: QueryOutcome.LIMIT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered: of the score, only what `fields` names may go out."""

    row: AuditRow
    consent: Consent
    fields: tuple[str, ...]
    score: Score
    # The score stays with the farmer (see `outbound`): the bank gets the evidence and makes its own.
    withheld: bool
    # A record or figure is disputed, and being looked at.
    disputed: bool
    valid_until: datetime
    # The certificate that goes with it, where one was made.
    credential: Credential | None = None


# Makes the certificate of an answer inside its transaction, which holds the consent; None where there is to be none.
Certify = Callable[[Answer], Credential | None]


@dataclass(frozen=True, slots=True)
class _Verdict:
    row: AuditRow
    answer: Answer | None


def answer(*, asker: Asker, asked: Asked, entry: Entry, at: datetime, certify: Certify = lambda _: None) -> Answer:
    """Answer a query by a live consent. Raises ConsentError, NotYoursError, FinanceConflictError.

    Allowed or not, its audit row and its event are committed before this returns or raises: call it outside of any
    transaction that the error would end. The entry's id is the query's: the same query again gives the same answer.
    """
    verdict = _decide(asker=asker, asked=asked, entry=entry, at=at, certify=certify)
    if verdict.answer:
        return verdict.answer
    raise _refusal(verdict.row)


def evidence(*, asker: Asker, query_id: UUID, entry: Entry, at: datetime) -> bytes:
    """Give the evidence file of a score that was given before with the class of data `records`.

    Counts as no further query, and needs the consent as alive as a query does. Raises as `answer` does.
    """
    verdict, score = _decide_evidence(asker=asker, query_id=query_id, entry=entry, at=at)
    if verdict.outcome != QueryOutcome.ANSWERED:
        raise _refusal(verdict)
    return scoring.evidence(score)


@business_transaction
def _decide(*, asker: Asker, asked: Asked, entry: Entry, at: datetime, certify: Certify) -> _Verdict:
    verdict = _judged(asker=asker, asked=asked, entry=entry, at=at)
    if verdict.answer is None:
        return verdict
    return _Verdict(verdict.row, replace(verdict.answer, credential=certify(verdict.answer)))


def _judged(*, asker: Asker, asked: Asked, entry: Entry, at: datetime) -> _Verdict:
    consent = _locked(asker, asked.consent_ref)
    book = standing(book_of(asker, consent), consent, query=entry.id)
    if book.is_known:
        return _again(AuditRow.objects.get(pk=entry.id), consent, book, asker, asked, at=at)
    outcome = _outcome(consent, asked, at=at) if _may_ask(asker, consent) else QueryOutcome.UNKNOWN
    if consent is not None and outcome == QueryOutcome.ANSWERED:
        return _give(consent, book, asker, asked, entry=entry, at=at)
    given = Given(outcome=outcome)
    row = write_row(asker=asker, asked=asked, given=given, consent=consent, last=book.last, entry=entry, at=at)
    return _Verdict(row, None)


def _give(  # noqa: PLR0913 - who asks what, and by what it is decided
    consent: Consent, book: Standing, asker: Asker, asked: Asked, *, entry: Entry, at: datetime
) -> _Verdict:
    score = _score(consent, book, asker, entry=entry, at=at)
    fields = _fields(consent, asked)
    given = Given(outcome=QueryOutcome.ANSWERED, fields=fields, score=score.pk)
    row = write_row(asker=asker, asked=asked, given=given, consent=consent, last=book.last, entry=entry, at=at)
    _count(consent)
    if not consent.queries_left:
        exhaust(consent, entry=Entry(id=entry.id_of("exhausted"), time=at), at=at)
    if book.earlier is None and consent.purpose != Purpose.OWN_VIEW:
        messages.tell_of_query(row, at=at)
    return _Verdict(row, _answer(row, consent, score, book, at=at))


def _count(consent: Consent) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE finance_consent SET queries_used = queries_used + 1 WHERE id = %s", [consent.pk])
    consent.queries_used += 1


def _answer(row: AuditRow, consent: Consent, score: Score, book: Standing, *, at: datetime) -> Answer:
    return Answer(
        row=row,
        consent=consent,
        fields=tuple(row.fields),
        score=score,
        withheld=Category.SCORE in row.categories and "score" not in row.fields,
        disputed=book.is_disputed,
        valid_until=min(consent.expires_at, at + VALID),
    )


def _locked(asker: Asker, reference: UUID) -> Consent | None:
    """Find and lock the asker's consent of this reference; where there is none, lock the asker, for its own book."""
    consent = held(reference, recipient=asker.organisation)
    if consent is None:
        Organisation.objects.select_for_update(no_key=True).get(pk=asker.organisation.pk)
    return consent


def _may_ask(asker: Asker, consent: Consent | None) -> bool:
    if consent is None:
        return False
    own = consent.purpose == Purpose.OWN_VIEW and consent.subject_id == asker.organisation.pk
    return own or acts_as(asker.membership, OrganisationKind.BANK)


def _outcome(consent: Consent | None, asked: Asked, *, at: datetime) -> QueryOutcome:
    if consent is None:
        return QueryOutcome.UNKNOWN
    if consent.state != ConsentState.GRANTED:
        return _ENDED[ConsentState(consent.state)]
    # The clock ends a consent, not the task that writes this down a little later.
    if at >= consent.expires_at:
        return QueryOutcome.EXPIRED
    if asked.purpose != consent.purpose:
        return QueryOutcome.PURPOSE
    if not set(asked.categories) <= set(consent.categories) or not asked.categories:
        return QueryOutcome.MISSING
    return QueryOutcome.ANSWERED if consent.queries_left else QueryOutcome.LIMIT


def _fields(consent: Consent, asked: Asked) -> tuple[str, ...]:
    leaves = may_leave(subject=consent.subject, recipient=consent.recipient)
    found = [one for category in Category.values if category in asked.categories for one in _FIELDS[category]]
    return tuple(
        one for one in found if leaves or one not in {"score", "grade", "range", "reasons", "features", "certificate"}
    )


def _score(consent: Consent, book: Standing, asker: Asker, *, entry: Entry, at: datetime) -> Score:
    recent = _recent(book, at=at)
    if recent:
        return recent
    own = Entry(id=entry.id_of("score"), time=at)
    return scoring.compute(subject=consent.subject, consent=consent, membership=asker.membership, entry=own, at=at)


def _recent(book: Standing, *, at: datetime) -> Score | None:
    """Find the score that this consent gave last, if within a day, unless a dispute has changed it since."""
    earlier = book.earlier
    if earlier is None or earlier.at <= at - REUSE:
        return None
    if book.corrected_at and book.corrected_at >= earlier.at:
        return None
    return scoring.find(earlier.score)


def _again(  # noqa: PLR0913 - what was asked before, and what is asked now
    row: AuditRow, consent: Consent | None, book: Standing, asker: Asker, asked: Asked, *, at: datetime
) -> _Verdict:
    """Give the answer that was given, if it was the same query and the consent still lives."""
    said = (row.asker_id, row.consent_ref, row.purpose, row.loan_ref, row.categories)
    says = (asker.organisation.pk, asked.consent_ref, asked.purpose, asked.loan_ref, list(asked.categories))
    if said != says:
        raise FinanceConflictError("", "query_id_used")
    if row.outcome != QueryOutcome.ANSWERED or consent is None:
        return _Verdict(row, None)
    _check_still_lives(consent, at=at)
    score = scoring.find(row.score)
    return _Verdict(row, _answer(row, consent, score, book, at=row.at))


def _check_still_lives(consent: Consent, *, at: datetime) -> None:
    """Check that what was given once may be given again. Raises ConsentError."""
    if consent.state not in {ConsentState.GRANTED, ConsentState.EXHAUSTED}:
        raise ConsentError("", _ENDED[ConsentState(consent.state)].value)
    if at >= consent.expires_at:
        raise ConsentError("", QueryOutcome.EXPIRED.value)


@business_transaction
def _decide_evidence(*, asker: Asker, query_id: UUID, entry: Entry, at: datetime) -> tuple[AuditRow, Score]:
    before = AuditRow.objects.filter(
        pk=query_id, asker=asker.organisation, outcome=QueryOutcome.ANSWERED, fields__contains=["evidence"]
    ).first()
    if before is None:
        raise NotYoursError(f"query {query_id}: gave this asker no evidence")
    consent = _locked(asker, before.consent_ref)
    book = standing(book_of(asker, consent), consent, query=entry.id)
    if book.is_known:
        raise FinanceConflictError("", "query_id_used")
    outcome = _outcome_of_evidence(consent, at=at)
    fields = ("evidence",) if outcome == QueryOutcome.ANSWERED else ()
    given = Given(outcome=outcome, fields=fields, score=before.score if fields else None)
    asked = Asked(consent_ref=before.consent_ref, purpose=Purpose(before.purpose), loan_ref=before.loan_ref)
    row = write_row(asker=asker, asked=asked, given=given, consent=consent, last=book.last, entry=entry, at=at)
    return row, scoring.find(before.score)


def _outcome_of_evidence(consent: Consent | None, *, at: datetime) -> QueryOutcome:
    if consent is None:
        return QueryOutcome.UNKNOWN
    try:
        _check_still_lives(consent, at=at)
    except ConsentError as error:
        return QueryOutcome(error.rule)
    return QueryOutcome.ANSWERED


def _refusal(row: AuditRow) -> ConsentError | NotYoursError:
    if row.outcome == QueryOutcome.UNKNOWN:
        return NotYoursError(f"consent {row.consent_ref}: is not there for this asker")
    return ConsentError("", str(row.outcome))
