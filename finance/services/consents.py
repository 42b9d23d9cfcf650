"""A consent's life: prepared, given, used up, over, taken back, replaced."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation, User
from accounts.queries.memberships import may_manage, may_record
from accounts.queries.stand_ins import may_log_for
from finance.enums import ConsentState, Method, NoticeKind, Purpose
from finance.models import BankNotice, Consent, Loan
from finance.notice import VERSION, Terms, notice_of, notice_sha256
from finance.services import credentials, messages
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china

__all__ = ["Terms", "draft", "exhaust", "expire_due", "grant", "revoke", "send_code"]

# 90 days before a loan; a running loan is looked after until 30 days after it is due.
BEFORE_LOAN = timedelta(days=90)
AFTER_LOAN = timedelta(days=30)
MOST_QUERIES = 60
CODE_LASTS = timedelta(minutes=10)
# Each code is a text message that somebody pays for, and that somebody's phone rings for.
CODE_EVERY = timedelta(minutes=1)
CODE_TRIES = 3
_CHINA = ZoneInfo("Asia/Shanghai")
_CONSENTING = frozenset({OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE})


@business_transaction
def draft(  # noqa: PLR0913 - for whom, and in which language it is read
    *, terms: Terms, subject: Organisation, language: str, entry: Entry, membership: Membership, at: datetime
) -> Consent:
    """Prepare a consent, with the notice that will be shown: nothing is allowed by it yet, and no event speaks of it.

    The farm's own people may, and whom the farm lets log for it. Raises NotYoursError, RefusedError.
    """
    known = Consent.objects.filter(pk=entry.id, subject=subject).first()
    _check_prepares(membership, subject)
    if known:
        return known
    _check_terms(terms, subject, at=at)
    notice = notice_of(terms, subject=subject, language=language)
    return Consent.objects.create(
        pk=entry.id,
        version=VERSION,
        subject=subject,
        recipient=terms.recipient,
        purpose=terms.purpose,
        categories=list(terms.categories),
        expires_at=_end_of(terms.until),
        max_queries=terms.max_queries,
        language=language,
        notice=notice,
        notice_sha256=notice_sha256(notice),
        state=ConsentState.DRAFT,
        prepared_by=membership.user,
        prepared_at=at,
    )


def grant(  # noqa: PLR0913 - how it was given
    *,
    consent: Consent,
    entry: Entry,
    membership: Membership,
    at: datetime,
    method: Method = Method.APP,
    code: str = "",
    witness: str = "",
) -> Consent:
    """Give a prepared consent; one for the same bank and purpose that lives ends by it. The farm gets a receipt.

    An owner of the farm gives it; whom the farm lets log for it may write it down with the code that was sent to the
    owner (SMS), and a village agent needs a witness besides. Raises NotYoursError, RefusedError, EventError.
    """
    _check_gives(consent, membership, method=method, witness=witness)
    if method != Method.APP:
        # By itself: a wrong code ends the transaction below, and must count all the same.
        Consent.objects.filter(pk=consent.pk).update(code_tries=F("code_tries") + 1)
    given = _Given(method=method, code=code, witness=witness)
    return _grant(consent, given, entry=entry, membership=membership, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    method: Method
    code: str
    witness: str


@business_transaction
def _grant(consent: Consent, given: _Given, *, entry: Entry, membership: Membership, at: datetime) -> Consent:
    locked = _locked(consent)
    if locked.state == ConsentState.GRANTED and entry.is_known:
        return locked
    if locked.state != ConsentState.DRAFT:
        raise RefusedError("", "consent_ended", state=locked.get_state_display())
    if at >= locked.expires_at:
        raise RefusedError("/until", "consent_in_the_past")
    if given.method != Method.APP:
        _check_code(locked, given.code, at=at)
    locked.method, locked.witness = given.method, given.witness
    replaced = _replace(locked, entry=entry, membership=membership, at=at)
    _say_granted(locked, replaced, entry=entry, membership=membership, at=at)
    locked.state = ConsentState.GRANTED
    locked.granted_by, locked.granted_at, locked.code_hash = membership.user, at, b""
    locked.save()
    if locked.purpose != Purpose.OWN_VIEW:
        messages.send_receipt(locked, at=at)
    return locked


def send_code(*, consent: Consent, code: str, membership: Membership, at: datetime) -> None:
    """Send the owner of the farm a code for a prepared consent; an earlier code counts no longer.

    Raises NotYoursError, RefusedError, OSError.
    """
    _check_prepares(membership, consent.subject)
    drafts = Consent.objects.filter(pk=consent.pk, state=ConsentState.DRAFT)
    if drafts.filter(code_until__gt=at + CODE_LASTS - CODE_EVERY).exists():
        raise RefusedError("", "consent_code_soon")
    changed = drafts.update(code_hash=_code_hash(consent, code), code_until=at + CODE_LASTS, code_tries=0)
    if not changed:
        raise RefusedError("", "consent_ended", state=consent.get_state_display())
    messages.send_code(consent, code)


@business_transaction
def revoke(*, consent: Consent, entry: Entry, membership: Membership, at: datetime, note: str = "") -> Consent:
    """Take a consent back: the next query is refused, whatever was under way; the bank is told.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    locked = _locked(consent)
    _check_owns(locked, membership)
    if locked.state == ConsentState.REVOKED:
        return locked
    if locked.state not in {ConsentState.GRANTED, ConsentState.EXHAUSTED}:
        raise RefusedError("", "consent_ended", state=locked.get_state_display())
    say("consent.revoked", locked.entity, entry=entry, membership=membership, at=at, private=members(note=note))
    _end(locked, ConsentState.REVOKED, at=at)
    credentials.revoke_of(locked, membership=membership, entry=entry, at=at)
    if locked.purpose != Purpose.OWN_VIEW:
        BankNotice.objects.create(
            bank=locked.recipient, consent=locked, kind=NoticeKind.REVOKED, cause=entry.id, created_at=at
        )
    return locked


def expire_due(*, at: datetime) -> int:
    """End the consents whose time is over, one transaction each, and tell how many they were. Safe to run twice."""
    due = Consent.objects.filter(state=ConsentState.GRANTED, expires_at__lte=at)
    return sum(_expire(one, at=at) for one in due.order_by("expires_at", "pk"))


def exhaust(consent: Consent, *, entry: Entry, at: datetime) -> None:
    """End a consent whose last query was just answered, inside the caller's transaction."""
    say("consent.exhausted", consent.entity, entry=entry, membership=_giver(consent), at=at)
    _end(consent, ConsentState.EXHAUSTED, at=at)


@business_transaction
def _expire(consent: Consent, *, at: datetime) -> int:
    locked = _locked(consent)
    if locked.state != ConsentState.GRANTED or at < locked.expires_at:
        return 0
    entry = Entry(id=Entry(id=locked.pk, time=at).id_of("expired"), time=at)
    say("consent.expired", locked.entity, entry=entry, membership=_giver(locked), at=at)
    _end(locked, ConsentState.EXPIRED, at=at)
    return 1


def _locked(consent: Consent) -> Consent:
    return Consent.objects.select_for_update(of=("self",)).select_related("subject", "recipient").get(pk=consent.pk)


def _end(consent: Consent, state: ConsentState, *, at: datetime) -> None:
    consent.state, consent.ended_at = state, at
    consent.save(update_fields=["state", "ended_at"])


def _replace(consent: Consent, *, entry: Entry, membership: Membership, at: datetime) -> Consent | None:
    """End the living consent for the same bank and purpose."""
    living = Consent.objects.select_for_update(of=("self",)).filter(
        subject=consent.subject, recipient=consent.recipient, purpose=consent.purpose, state=ConsentState.GRANTED
    )
    old = living.first()
    if old:
        own = Entry(id=entry.id_of("superseded"), time=entry.time)
        body = members(by=consent.entity)
        say("consent.superseded", old.entity, entry=own, membership=membership, at=at, body=body)
        old.superseded_by = consent
        old.save(update_fields=["superseded_by"])
        _end(old, ConsentState.SUPERSEDED, at=at)
    return old


def _say_granted(
    consent: Consent, replaced: Consent | None, *, entry: Entry, membership: Membership, at: datetime
) -> None:
    body = members(
        version=consent.version,
        until=consent.last_day,
        notice_sha256=consent.notice_sha256,
        method=str(consent.method),
        supersedes=replaced.entity if replaced else None,
    )
    private = members(
        subject=str(consent.subject.public_id),
        recipient=str(consent.recipient.public_id),
        purpose=str(consent.purpose),
        categories=list(consent.categories),
        max_queries=consent.max_queries,
        witness=consent.witness,
    )
    say("consent.granted", consent.entity, entry=entry, membership=membership, at=at, body=body, private=private)


def _check_prepares(membership: Membership, subject: Organisation) -> None:
    own = membership.organisation_id == subject.pk
    if not own and not may_log_for(membership, subject):
        raise NotYoursError(f"organisation {membership.organisation_id}: does not act for this farm")
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")


def _check_owns(consent: Consent, membership: Membership) -> None:
    if membership.organisation_id != consent.subject_id:
        raise NotYoursError(f"consent {consent.pk}: is another farm's")
    if not may_manage(membership):
        raise RefusedError("", "consent_not_by_owner")


def _check_gives(consent: Consent, membership: Membership, *, method: Method, witness: str) -> None:
    if method == Method.APP:
        _check_owns(consent, membership)
        return
    _check_prepares(membership, consent.subject)
    if method == Method.AGENT and not witness.strip():
        raise RefusedError("/witness", "consent_needs_witness")


def _check_terms(terms: Terms, subject: Organisation, *, at: datetime) -> None:
    own_view = terms.purpose == Purpose.OWN_VIEW
    is_bank = terms.recipient.kind == OrganisationKind.BANK and terms.recipient.has_powers
    if subject.kind not in _CONSENTING or (own_view and terms.recipient.pk != subject.pk):
        raise NotYoursError(f"organisation {subject.pk}: has no score")
    if not own_view and not is_bank:
        raise RefusedError("/recipient", "consent_of_no_bank")
    if not terms.categories:
        raise RefusedError("/categories", "consent_without_data")
    if not 1 <= terms.max_queries <= MOST_QUERIES:
        raise RefusedError("/max_queries", "above_maximum", limit=MOST_QUERIES)
    today = day_in_china(at)
    latest = _latest(terms, subject, today)
    if terms.until < today:
        raise RefusedError("/until", "consent_in_the_past")
    if terms.until > latest:
        raise RefusedError("/until", "consent_too_long", day=latest.isoformat())


def _latest(terms: Terms, subject: Organisation, today: date) -> date:
    if terms.purpose != Purpose.MONITORING:
        return today + BEFORE_LOAN
    loan = Loan.objects.filter(bank=terms.recipient, subject=subject, loan_ref=terms.loan_ref).first()
    if loan is None or loan.due_on is None:
        raise RefusedError("/purpose", "consent_loan_needed")
    return loan.due_on + AFTER_LOAN


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), _CHINA)


def _giver(consent: Consent) -> Membership:
    """Name who gave a consent as who let it end by its own terms: nobody else said anything."""
    giver: User = consent.granted_by or consent.prepared_by
    return Membership(user=giver, organisation=consent.subject)


def _code_hash(consent: Consent, code: str) -> bytes:
    # Six digits are soon tried through: three tries and ten minutes guard them, not this hash.
    return hashlib.sha256(f"{consent.pk} {code}".encode()).digest()


def _check_code(consent: Consent, code: str, *, at: datetime) -> None:
    fresh = consent.code_until is not None and at <= consent.code_until and consent.code_tries <= CODE_TRIES
    if fresh and hmac.compare_digest(bytes(consent.code_hash), _code_hash(consent, code)):
        return
    raise RefusedError("/code", "consent_code_wrong")
