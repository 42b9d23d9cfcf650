"""Money that is owed to a farm: the amounts that its bank reads, and what they can be checked by."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Membership
from finance.enums import Category
from finance.queries.receivables import receivables_file, receivables_of
from finance.services.referrals import Wish, refer
from orders.services.payments import BankReceipt, take_receipt
from tests.factories import farm, market
from tests.factories.credit import NOW, entry, make_consent
from tests.factories.log import integrate
from tests.factories.market import Season
from traceability.ledger import canonicalize
from traceability.models import LogEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership, log_keys: None) -> Season:
    return market.furnish(farmer, processor, operator)


def test_what_was_accepted_less_what_is_disputed_is_owed(farmer: Membership, season: Season) -> None:
    integrate()
    good, due = season.disputed, season.statement.due_on

    told: Any = receivables_file(farmer.organisation, today=due)

    net = int((good.accepted_kg * good.price_fen_per_kg).to_integral_value()) - 2000
    (one,) = told["receivables"]
    assert net > 0
    assert (told["total_fen"], one["net_fen"], one["interest_fen"]) == (net, net, 0)
    assert told["creditor"] == {"party": str(farmer.organisation.public_id), "name": "王家"}
    assert (one["number"], one["debtor"]["name"], one["instructed"]) == (season.statement.number, "盘锦米业", True)
    assert (one["issued_on"], one["due_on"]) == (season.statement.issued_on.isoformat(), due.isoformat())
    stored = LogEntry.objects.get(index=one["log_index"])
    assert (str(stored.record_id), bytes(stored.leaf_hash).hex()) == (one["record"], one["leaf_hash"])


def test_paying_late_costs_a_twentieth_of_a_percent_a_day(farmer: Membership, season: Season) -> None:
    net = season.statement.net_fen

    told: Any = receivables_file(farmer.organisation, today=season.statement.due_on + timedelta(days=40))

    (one,) = told["receivables"]
    assert one["interest_fen"] == int(Decimal(net) * Decimal("0.0005") * 40)
    assert told["total_fen"] == net


def test_what_was_paid_is_owed_no_more(farmer: Membership, processor: Membership, season: Season) -> None:
    receipt = BankReceipt(number="R-1", fen=season.payout.fen, paid_on=date(2026, 10, 20))
    take_receipt(payout=season.payout, receipt=receipt, entry=market.later(22), membership=processor, at=farm.NOW)

    assert receivables_of(farmer.organisation) == []
    assert receivables_file(farmer.organisation, today=date(2026, 10, 20))["total_fen"] == 0


def test_a_wish_takes_along_what_is_consented_and_no_place(
    farmer: Membership, bank: Membership, season: Season
) -> None:
    all_of_it = (Category.SCORE, Category.RECORDS, Category.RECEIVABLES)
    consent = make_consent(farmer, bank, categories=all_of_it)
    wish = Wish(fen=5_000_000, months=8, reason="买稻种")

    made = refer(consent=consent, wish=wish, entry=entry(), membership=farmer, at=NOW)
    again = refer(consent=consent, wish=wish, entry=entry(), membership=farmer, at=NOW)

    assert made == again
    assert made.pack["receivables"]["total_fen"] == season.statement.net_fen
    assert made.pack["wanted"] == {"fen": 5_000_000, "months": 8, "reason": "买稻种"}
    assert set(made.pack["seasons"][0]) == {"season", "village", "crop", "variety", "year", "mu"}
    text = canonicalize(made.pack)
    assert made.pack_sha256 == hashlib.sha256(text).hexdigest()
    assert b"122." not in text
