"""Grant, revoke, expire and query in any order: no answer without a live consent, and a row for every query.

`CONSENT_SEQUENCES` says how many sequences are tried; ten thousand take some ten minutes.
"""

import os
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Membership
from finance.enums import ConsentState, Purpose
from finance.errors import ConsentError
from finance.models import AuditRow, Consent
from finance.services import consents
from finance.services.audit_check import check_books
from tests.factories.credit import NOW, ask, make_consent, revoke

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scorer")]

SEQUENCES = int(os.environ.get("CONSENT_SEQUENCES", "40"))
_STEPS = st.lists(
    st.tuples(st.sampled_from(["grant", "revoke", "expire", "query", "wrong", "wait"]), st.integers(0, 5)), max_size=12
)


class _World:
    """What must be so, reckoned beside the service from nothing but the steps."""

    def __init__(self, farmer: Membership, bank: Membership) -> None:
        self.farmer, self.bank, self.now = farmer, bank, NOW
        self.given: list[Consent] = []
        self.ends: dict[object, tuple[datetime, int]] = {}
        self.dead: set[object] = set()
        self.asked = 0

    def lives(self, consent: Consent) -> bool:
        until, left = self.ends[consent.pk]
        return consent.pk not in self.dead and self.now < until and left > 0

    def step(self, name: str, number: int) -> None:
        if name == "grant":
            self.grant(number)
        elif name == "wait":
            self.now += timedelta(days=number)
        elif name == "expire":
            consents.expire_due(at=self.now)
        elif self.given:
            consent = self.given[number % len(self.given)]
            self.end(consent) if name == "revoke" else self.query(consent, wrong=name == "wrong")

    def grant(self, number: int) -> None:
        until = (self.now + timedelta(days=number)).date()
        made = make_consent(self.farmer, self.bank, at=self.now, until=until, max_queries=1 + number % 3)
        self.dead |= {one.pk for one in self.given}
        self.given.append(made)
        self.ends[made.pk] = (made.expires_at, made.max_queries)

    def end(self, consent: Consent) -> None:
        consent.refresh_from_db()
        if consent.state in {ConsentState.GRANTED, ConsentState.EXHAUSTED}:
            revoke(consent, self.farmer, at=self.now)
            self.dead.add(consent.pk)

    def query(self, consent: Consent, *, wrong: bool) -> None:
        allowed = self.lives(consent) and not wrong
        purpose = Purpose.UNDERWRITING if wrong else Purpose.PRE_ASSESSMENT
        self.asked += 1
        try:
            answer = ask(consent, self.bank, at=self.now, purpose=purpose)
        except ConsentError:
            assert not allowed
        else:
            assert allowed
            assert answer.row.outcome == "answered"
            until, left = self.ends[consent.pk]
            self.ends[consent.pk] = (until, left - 1)
        assert AuditRow.objects.filter(asker=self.bank.organisation).count() == self.asked


@settings(max_examples=SEQUENCES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_no_answer_without_a_live_consent_and_a_row_for_each_query(
    farmer: Membership, bank: Membership, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        world = _World(farmer, bank)
        for name, number in steps:
            world.step(name, number)

        assert list(check_books()) == []
        transaction.set_rollback(True)
