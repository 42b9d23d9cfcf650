"""What a grower's promises bring, and when the money for them comes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, DecimalField, ExpressionWrapper, F, Sum, When
from django.db.models.functions import Round

from accounts.models import Membership
from orders.enums import StatementState
from orders.models import Allocation, Statement, StatementLine
from orders.money import PAY_DAYS, fen_of
from orders.queries.market import ENDED

_PAY = timedelta(days=PAY_DAYS)


@dataclass(frozen=True, slots=True)
class Money:
    """What a promise brings in fen for so many kilograms, and when: paid, due, or the latest day after its delivery."""

    kg: Decimal
    fen: int
    paid_on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Earnings:
    """What is still to come to a grower, what came this year, and the next sum with its last day and payer; in fen."""

    to_come: int
    paid_this_year: int
    next_fen: int = 0
    next_on: date | None = None
    next_from: str = ""


def money_of(allocation: Allocation) -> Money:
    """Tell what a promise brings, and when that came or is to come."""
    kg, fen = counted(allocation), 0 if allocation.state in ENDED else worth(allocation)
    lines = sorted(allocation.statement_lines.all(), key=lambda one: one.statement.issued_on)
    if lines:
        return Money(kg, fen, lines[-1].statement.paid_on, lines[-1].statement.due_on)
    day = allocation.delivered_on
    return Money(kg, fen, due_on=day + _PAY if day else None)


def counted(allocation: Allocation) -> Decimal:
    """Give the kilograms that a promise is paid for as far as it is: accepted, else arrived, else promised."""
    if allocation.accepted_on:
        return allocation.accepted_kg
    return allocation.delivered_kg if allocation.delivered_on else allocation.firm_kg


def worth(allocation: Allocation) -> int:
    """Give what a promise brings as far as it is, in fen."""
    return fen_of(counted(allocation), allocation.price_fen_per_kg) - allocation.forgone_fen


def earnings_of(membership: Membership, *, today: date) -> Earnings:
    """Sum up a grower's money."""
    own = Allocation.objects.filter(farmer=membership.organisation_id).exclude(state__in=ENDED)
    paid = StatementLine.objects.filter(statement__farmer=membership.organisation_id, statement__paid_on__isnull=False)
    worth_of_all = own.aggregate(fen=Sum(_WORTH))["fen"] or 0
    paid_of_all = paid.aggregate(fen=Sum("fen"))["fen"] or 0
    this_year = Statement.objects.filter(farmer=membership.organisation_id, paid_on__year=today.year)
    return Earnings(
        int(worth_of_all) - paid_of_all,
        this_year.aggregate(fen=Sum("net_fen"))["fen"] or 0,
        *_next(membership),
    )


# The same as `worth`, by the database: it rounds halves of a fen up as well.
_KG = Case(
    When(accepted_on__isnull=False, then=F("accepted_kg")),
    When(delivered_on__isnull=False, then=F("delivered_kg")),
    default=F("firm_kg"),
)
_FEN = DecimalField(max_digits=24, decimal_places=3)
_WORTH = ExpressionWrapper(
    Round(ExpressionWrapper(_KG * F("price_fen_per_kg"), output_field=_FEN)) - F("forgone_fen"), output_field=_FEN
)


def _next(membership: Membership) -> tuple[int, date | None, str]:
    open_ = Statement.objects.filter(farmer=membership.organisation_id).exclude(state=StatementState.PAID)
    stated = open_.select_related("payer").order_by("due_on", "pk").first()
    if stated:
        return stated.net_fen, stated.due_on, stated.payer.name
    arrived = Allocation.objects.filter(farmer=membership.organisation_id, delivered_on__isnull=False)
    waiting = arrived.exclude(state__in=ENDED).filter(statement_lines=None)
    first = waiting.select_related("line__order__channel__organisation").order_by("delivered_on", "pk").first()
    if first is None or first.delivered_on is None:
        return 0, None, ""
    return worth(first), first.delivered_on + _PAY, first.line.order.channel.organisation.name
