"""A farm, a bank, consents between them, and a small scorer in place of the real one."""

import contextlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from finance.enums import Category, PostingKind, Purpose
from finance.errors import ConsentError
from finance.models import Consent, Credential, Loan
from finance.services import answers, consents, disputes, loans, scoring
from finance.services.answers import Answer, Asked, Asker
from finance.services.consents import Terms
from finance.services.credentials import Place, Scored, issue
from finance.services.loans import Posting
from tests.factories.parties import make_member
from traceability.services.entries import Entry

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
UNTIL = date(2027, 1, 31)


def entry(time: datetime = NOW) -> Entry:
    return Entry(id=uuid4(), time=time)


def make_bank(name: str = "盘锦农商银行") -> Membership:
    return make_member(OrganisationKind.BANK, name=name)


def terms(bank: Membership, **said: Any) -> Terms:
    facts: dict[str, Any] = {
        "recipient": bank.organisation,
        "purpose": Purpose.PRE_ASSESSMENT,
        "categories": (Category.SCORE, Category.RECORDS),
        "until": UNTIL,
        "max_queries": 3,
    }
    return Terms(**{**facts, **said})


def make_draft(farmer: Membership, bank: Membership, *, at: datetime = NOW, **said: Any) -> Consent:
    return consents.draft(
        terms=terms(bank, **said),
        subject=farmer.organisation,
        language="zh-hans",
        entry=entry(at),
        membership=farmer,
        at=at,
    )


def make_consent(farmer: Membership, bank: Membership, *, at: datetime = NOW, **said: Any) -> Consent:
    made = make_draft(farmer, bank, at=at, **said)
    return consents.grant(consent=made, entry=entry(at), membership=farmer, at=at)


def revoke(consent: Consent, farmer: Membership, *, at: datetime = NOW) -> Consent:
    return consents.revoke(consent=consent, entry=entry(at), membership=farmer, at=at)


def asker(bank: Membership) -> Asker:
    return Asker(membership=bank, client_id="core-banking", key_thumbprint="k" * 43)


def ask(
    consent: Consent | UUID, bank: Membership, *, at: datetime = NOW, by: Entry | None = None, **said: Any
) -> Answer:
    facts: dict[str, Any] = {
        "consent_ref": consent.pk if isinstance(consent, Consent) else consent,
        "purpose": Purpose.PRE_ASSESSMENT,
        "loan_ref": "L-1",
        "categories": (Category.SCORE,),
    }
    return answers.answer(asker=asker(bank), asked=Asked(**{**facts, **said}), entry=by or entry(at), at=at)


@dataclass
class MadeScore:
    """What the real scorer's row shows of itself here."""

    subject: Organisation
    consent: Consent
    as_of: datetime
    by: Membership
    pk: UUID = field(default_factory=uuid4)
    score: int = 640
    grade: str = "B"


class Scorer:
    """Makes scores in memory, and remembers them."""

    def __init__(self) -> None:
        self.made: dict[UUID, MadeScore] = {}

    def compute(
        self, *, subject: Organisation, consent: Consent, membership: Membership, entry: Entry, at: datetime
    ) -> MadeScore:
        made = MadeScore(subject, consent, at, by=membership, pk=entry.id)
        self.made[made.pk] = made
        return made

    def find(self, score_id: UUID) -> MadeScore:
        return self.made[score_id]

    def evidence(self, score: MadeScore) -> bytes:
        return f"evidence of {score.pk}".encode()


@pytest.fixture
def scorer(monkeypatch: pytest.MonkeyPatch) -> Scorer:
    made = Scorer()
    for name in ("compute", "find", "evidence"):
        monkeypatch.setattr(scoring, name, getattr(made, name))
    return made


@pytest.fixture
def bank(db: None) -> Membership:
    return make_bank()


@pytest.fixture
def outbound(settings: Settings) -> None:
    """Scores of persons may leave, as they may where a licensed bureau stands behind it."""
    settings.PERSONAL_SCORE_OUTBOUND = True
    settings.SCORE_OUTBOUND_SHAPE = "bureau"


def days(number: int) -> timedelta:
    return timedelta(days=number)


def timezone_now() -> datetime:
    """For pages, which read the clock themselves."""
    return timezone.now()


def soon() -> date:
    """Give a last day that pages take as well."""
    return (timezone.now() + timedelta(days=20)).date()


def posting(consent: Consent, kind: str, on: date, **said: Any) -> Posting:
    facts: dict[str, Any] = {"id": uuid4(), "consent_ref": consent.pk, "loan_ref": "L-1", **said}
    return Posting(kind=PostingKind(kind), on=on, **facts)


def lend_first(consent: Consent, bank: Membership) -> Loan:
    """Let a bank take an application now."""
    told = posting(consent, "application", timezone.localdate(), amount_fen=3_000_000)
    return loans.post(posting=told, asker=asker(bank), at=timezone.now()).loan


def lend(
    consent: Consent, bank: Membership, *, on: date, due_on: date, at: datetime = NOW, loan_ref: str = "L-1"
) -> Loan:
    """Let a bank take an application, approve it and pay it out, all on one day."""
    amount = {"amount_fen": 3_000_000, "loan_ref": loan_ref}
    told = [
        posting(consent, "application", on, **amount),
        posting(consent, "approval", on, **amount, yearly_cost_bp=435),
        posting(consent, "disbursement", on, **amount, due_on=due_on),
    ]
    made = [loans.post(posting=one, asker=asker(bank), at=at) for one in told]
    return made[-1].loan


def certify(consent: Consent, by: Membership, *, origin: str = "http://testserver", **changed: Any) -> Credential:
    """Make a certificate of a score that is made up."""
    said = {"score": 641, "grade": "B", "low": 620, "high": 660, "tree_size": 12}
    hashes = {"card_id": "ab" * 32, "root_sha256": "cd" * 32, "evidence_sha256": "ef" * 32}
    now = timezone.now()
    made = Scored(**{"id": uuid4(), "as_of": now, **said, **hashes, **changed})
    place = Place(origin=origin, position=77)
    return issue(consent=consent, scored=made, place=place, entry=entry(now), membership=by, at=now)


def furnish(farmer: Membership) -> Membership:
    """Let everything happen that some page of a farm's credit tells of, as of now; give the bank."""
    now, today = timezone.now(), timezone.localdate()
    bank = make_bank()
    consent = make_consent(farmer, bank, at=now, until=soon(), categories=tuple(Category.values))
    draft = make_draft(farmer, bank, at=now, until=soon(), purpose=Purpose.UNDERWRITING)
    consents.send_code(consent=draft, code="314159", membership=farmer, at=now)
    with contextlib.suppress(ConsentError):
        ask(consent, bank, at=now, purpose=Purpose.MONITORING)
    certify(consent, farmer)
    lend(consent, bank, on=today, due_on=today + timedelta(days=200), at=now)
    late = posting(consent, "standing", today, days_past_due=12)
    loans.post(posting=late, asker=asker(bank), at=now)
    doubt = disputes.Doubt(text="那三笔是暴雨封路，不是我晚。", feature="on_time_rate")
    disputes.open_dispute(doubt=doubt, entry=entry(now), membership=farmer, at=now)
    return bank
