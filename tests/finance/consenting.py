"""A farm gives, takes back and lets run out; a bank asks: in any order, with what must come of it reckoned beside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from accounts.models import Membership
from finance.enums import Category, Purpose
from finance.models import AuditRow, BankNotice, Consent
from finance.services import consents
from finance.services.audit_check import check_books
from tests.factories.credit import NOW, revoke, terms
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china

PURPOSES = (Purpose.PRE_ASSESSMENT, Purpose.UNDERWRITING)
_ANY = st.integers(0, 5)
_PURPOSE = st.sampled_from(PURPOSES)


@dataclass(frozen=True)
class Question:
    """What a bank asks, with an id of its own: the same question again has the same."""

    consent: UUID
    purpose: Purpose = Purpose.PRE_ASSESSMENT
    categories: tuple[str, ...] = (Category.SCORE,)
    id: UUID = field(default_factory=uuid4)


# By whichever door a bank asks: what comes of a question is "answered", "unknown", or the rule that refused it.
Door = Callable[[Question, datetime], str]


@dataclass
class Given:
    """A consent, as it must stand by nothing but the steps."""

    consent: Consent
    purpose: Purpose
    until: datetime
    left: int
    state: str = "granted"

    def refusal(self, at: datetime) -> str:
        """Name what keeps every question from an answer; empty for nothing."""
        ended = {"revoked": "consent_revoked", "superseded": "consent_missing", "expired": "consent_expired"}
        if self.state == "granted":
            return "consent_expired" if at >= self.until else ""
        return ended.get(self.state, "query_limit")

    def may_repeat(self, at: datetime) -> bool:
        """Whether an answer that was given may be given again: to the same question."""
        return self.state in {"granted", "exhausted"} and at < self.until


@dataclass(frozen=True)
class World:
    """What is there before any sequence: a farm, a bank, its door, and the ids that its consents will have."""

    farmer: Membership
    bank: Membership
    door: Door
    ids: Sequence[UUID]
    move_to: Callable[[datetime], object]


class Consenting(RuleBasedStateMachine):
    """One sequence, in a transaction that leaves nothing behind."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.now = world, NOW
        world.move_to(NOW)
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.given: list[Given] = []
        self.answered: list[Question] = []
        self.asked = self.told = 0

    def teardown(self) -> None:
        rows = AuditRow.objects.filter(asker=self.world.bank.organisation).count()
        notices = BankNotice.objects.filter(bank=self.world.bank.organisation).count()
        faults = list(check_books())
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)
        # Every question has its row, every revocation its notice, and the books hang together.
        assert (rows, notices, faults) == (self.asked, self.told, [])

    @precondition(lambda self: len(self.given) < len(self.world.ids) - 1)
    @rule(days=_ANY, count=st.integers(1, 3), purpose=_PURPOSE)
    def grant(self, days: int, count: int, purpose: Purpose) -> None:
        wanted = terms(
            self.world.bank, purpose=purpose, max_queries=count, until=day_in_china(self.now + timedelta(days=days))
        )
        farmer, drafted = self.world.farmer, Entry(id=self.world.ids[len(self.given)], time=self.now)
        made = consents.draft(
            terms=wanted, subject=farmer.organisation, language="zh-hans", entry=drafted, membership=farmer, at=self.now
        )
        made = consents.grant(consent=made, entry=Entry(id=uuid4(), time=self.now), membership=farmer, at=self.now)
        for one in self.given:
            if one.purpose == purpose and one.state == "granted":
                one.state = "superseded"
        self.given.append(Given(made, purpose, made.expires_at, count))

    @precondition(lambda self: self.given)
    @rule(number=_ANY)
    def revoke(self, number: int) -> None:
        one = self.given[number % len(self.given)]
        if one.state in {"granted", "exhausted"}:
            revoke(one.consent, self.world.farmer, at=self.now)
            one.state = "revoked"
            self.told += 1

    @rule()
    def expire(self) -> None:
        due = [one for one in self.given if one.state == "granted" and self.now >= one.until]
        assert consents.expire_due(at=self.now) == len(due)
        for one in due:
            one.state = "expired"

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.world.move_to(self.now)

    @precondition(lambda self: self.given)
    @rule(number=_ANY, purpose=_PURPOSE, wide=st.sampled_from([False, False, True]))
    def query(self, number: int, purpose: Purpose, *, wide: bool) -> None:
        one = self.given[number % len(self.given)]
        categories = (Category.SCORE, Category.RECEIVABLES) if wide else (Category.SCORE,)
        question = Question(one.consent.pk, purpose, categories)
        expected = one.refusal(self.now) or self._refused(one, question) or "answered"
        assert self.ask(question) == expected
        if expected == "answered":
            self.answered.append(question)
            one.left -= 1
            one.state = one.state if one.left else "exhausted"

    @precondition(lambda self: self.answered)
    @rule(number=_ANY)
    def query_again(self, number: int) -> None:
        question = self.answered[number % len(self.answered)]
        one = next(one for one in self.given if one.consent.pk == question.consent)
        outcome = self.world.door(question, self.now)
        assert (outcome == "answered") == one.may_repeat(self.now)

    @rule()
    def query_nothing(self) -> None:
        # The last id is never given to a consent.
        assert self.ask(Question(self.world.ids[-1])) == "unknown"

    def ask(self, question: Question) -> str:
        self.asked += 1
        return self.world.door(question, self.now)

    def _refused(self, one: Given, question: Question) -> str:
        if question.purpose != one.purpose:
            return "purpose_mismatch"
        return "consent_missing" if Category.RECEIVABLES in question.categories else ""
