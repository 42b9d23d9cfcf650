"""Rows of the market against their events."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Membership
from orders.models import Allocation, MatchRun, OrderLine, PayoutInstruction, PresaleOrder, Reservation, Statement
from orders.services.comparing import check_rows
from tests.factories import market
from tests.factories.market import Season
from traceability.services.fsck import Fsck

pytestmark = pytest.mark.django_db


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> Season:
    return market.furnish(farmer, processor, operator)


def found() -> list[tuple[str, str, str]]:
    return [(one.table, one.rule, one.text.split(" ")[0]) for one in check_rows()]


def test_a_whole_season_agrees_with_its_events(season: Season) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("sql", "table", "what"),
    [
        ("UPDATE orders_orderline SET kg = kg + 1", "orders_presaleorder", "line.0.kg"),
        ("UPDATE orders_orderline SET refunded_fen = 7", "orders_presaleorder", "line.0.refunded_fen"),
        ("UPDATE orders_presaleorder SET buyer = 'x'", "orders_presaleorder", "buyer"),
        ("UPDATE orders_presaleoffer SET cap_kg = 1", "orders_presaleoffer", "cap_kg"),
        ("UPDATE orders_presaleoffer SET price_fen_per_kg = 1", "orders_presaleoffer", "price_fen"),
        ("UPDATE orders_plansupply SET p90_kg = p90_kg + 1", "orders_plantingplan", "supply."),
        ("UPDATE orders_plantingplan SET area_mu = area_mu + 1", "orders_plantingplan", "area_mu"),
        ("UPDATE orders_matchrun SET moved_kg = 99", "orders_matchrun", "moved_kg"),
        ("UPDATE orders_matchrun SET state = 'rejected'", "orders_matchrun", "state"),
        ("UPDATE orders_allocation SET firm_kg = firm_kg + 1", "orders_allocation", "firm_kg"),
        ("UPDATE orders_allocation SET price_fen_per_kg = 1", "orders_allocation", "price_fen"),
        ("UPDATE orders_allocation SET disputed_fen = disputed_fen + 5", "orders_allocation", "disputed_fen"),
        ("UPDATE orders_statement SET due_on = due_on + 9", "orders_statement", "due_on"),
        ("UPDATE orders_statement SET gross_fen = gross_fen - 1, net_fen = net_fen - 1", "orders_statement", "net_fen"),
        ("UPDATE orders_statementline SET fen = fen + 1", "orders_statement", "line.allocation"),
        ("UPDATE orders_payoutinstruction SET fen = fen + 1", "orders_statement", "instructed_fen"),
    ],
)
def test_changed_row_is_found_and_named(season: Season, sql: str, table: str, what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)

    assert found()
    assert all(one[0] == table and one[1] == "differs" and one[2].startswith(what) for one in found())


def test_row_that_was_taken_away_is_found(season: Season) -> None:
    PayoutInstruction.objects.all().delete()
    season.statement.lines.all().delete()
    Statement.objects.filter(pk=season.statement.pk).delete()

    assert found() == [("orders_statement", "missing", "its")]


def test_row_that_no_event_made_is_found(season: Season) -> None:
    order = PresaleOrder.objects.filter(lines__allocations=None).first()
    assert order is not None
    lines = list(OrderLine.objects.filter(order=order))
    order.pk = uuid4()
    order.external_id = "forged"
    order.save(force_insert=True)

    assert lines
    assert found() == [("orders_presaleorder", "no-event", "no")]


def test_verification_of_everything_compares_them(season: Season) -> None:
    Allocation.objects.update(firm_kg=Decimal(5000))

    rules = {(one.table, one.rule) for one in Fsck(files=False).faults() if one.table.startswith("orders_")}

    assert rules == {("orders_allocation", "differs")}
    assert MatchRun.objects.exists()
    assert Reservation.objects.exists()
