"""What ends with a consent that is taken back: by when, and for whom."""

import threading
from datetime import date

import pytest
from django.db import connection

from accounts.models import Membership
from finance.enums import Purpose, QueryOutcome
from finance.errors import ConsentError
from finance.models import AuditRow, BankNotice, Consent, Credential
from finance.queries.credentials import revoked_positions
from finance.services.audit_check import check_books
from finance.services.credentials import Place, Scored, issue
from tests.factories.credit import NOW, ask, entry, lend, make_consent, revoke
from traceability.errors import RefusedError
from traceability.queries import history

pytestmark = pytest.mark.usefixtures("scorer")
_MOST = 60


class _Asking(threading.Thread):
    """A bank's machine that asks over a connection of its own, until it is refused."""

    def __init__(self, consent: Consent, bank: Membership) -> None:
        super().__init__()
        self.consent, self.bank = consent, bank
        self.begun, self.outcomes = threading.Event(), [""]

    def run(self) -> None:
        try:
            while self.outcomes[-1] != QueryOutcome.REVOKED and len(self.outcomes) < _MOST:
                self.outcomes.append(self._ask())
                self.begun.set()
        finally:
            connection.close()

    def _ask(self) -> str:
        try:
            return str(ask(self.consent, self.bank).row.outcome)
        except ConsentError as error:
            return error.rule


@pytest.mark.django_db(transaction=True)
def test_no_question_is_answered_after_the_revocation_whoever_was_asking(farmer: Membership, bank: Membership) -> None:
    consent = make_consent(farmer, bank, max_queries=60)
    asking = _Asking(consent, bank)
    asking.start()
    assert asking.begun.wait(60)

    revoke(consent, farmer)
    # Over this connection, at once: the revocation is in the table, and nothing remembers the consent as it was.
    with pytest.raises(ConsentError) as caught:
        ask(consent, bank)
    asking.join(60)

    assert caught.value.rule == "consent_revoked"
    assert set(asking.outcomes[1:-1]) <= {"answered"}
    assert asking.outcomes[-1] == "consent_revoked"
    types = [event.leaf.type for event in history.of(consent.entity)]
    at = types.index("consent.revoked")
    later = [event.leaf.body["outcome"] for event in history.of(consent.entity)[at + 1 :]]
    assert set(later) == {"consent_revoked"}
    assert AuditRow.objects.count() == len(asking.outcomes)
    assert list(check_books()) == []


@pytest.mark.django_db
def test_monitoring_stops_the_bit_flips_and_the_bank_is_told(farmer: Membership, bank: Membership) -> None:
    first = make_consent(farmer, bank)
    lend(first, bank, on=date(2026, 11, 22), due_on=date(2027, 9, 1))
    watching = make_consent(
        farmer, bank, purpose=Purpose.MONITORING, until=date(2027, 9, 20), loan_ref="L-1", max_queries=12
    )
    assert ask(watching, bank, purpose=Purpose.MONITORING).row.outcome == QueryOutcome.ANSWERED
    held = _certify(watching, bank, position=4711)

    revoke(watching, farmer)

    with pytest.raises(ConsentError):
        ask(watching, bank, purpose=Purpose.MONITORING)
    assert revoked_positions(held.list_number) == [4711]
    assert [one.kind for one in BankNotice.objects.filter(consent=watching)] == ["revoked"]
    with pytest.raises(RefusedError):
        _certify(watching, bank, position=4712)
    # What was lawfully begun stays: the other consent, and the loan.
    assert ask(first, bank).row.outcome == QueryOutcome.ANSWERED


def _certify(consent: Consent, by: Membership, *, position: int) -> Credential:
    hashes = {"card_id": "ab" * 32, "root_sha256": "cd" * 32, "evidence_sha256": "ef" * 32}
    scored = Scored(id=entry().id, score=641, grade="B", low=620, high=660, as_of=NOW, tree_size=12, **hashes)
    place = Place(origin="https://suyuan.example", position=position)
    return issue(consent=consent, scored=scored, place=place, entry=entry(), membership=by, at=NOW)
