"""What sellers and growers see of their own."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import F, Q, QuerySet, Sum

from accounts.models import Membership, Organisation
from orders.enums import AllocationState, StatementState
from orders.models import (
    Allocation,
    OrderLine,
    PayoutInstruction,
    PlantingPlan,
    PresaleOffer,
    Recommendation,
    Reservation,
    RiskAlert,
    Statement,
    SubstitutionProposal,
)
from traceability.queries.farm import plots_visible_to


def offers_of(membership: Membership) -> QuerySet[PresaleOffer]:
    """List a seller's offers, those that are open first."""
    found = PresaleOffer.objects.filter(seller=membership.organisation_id)
    return found.select_related("product", "window", "min_grade", "ship_region").order_by("-state", "cutoff_at", "pk")


def lines_of(membership: Membership) -> QuerySet[OrderLine]:
    """List the lines that were ordered of a seller, the newest first."""
    found = OrderLine.objects.filter(order__channel__organisation=membership.organisation_id)
    return found.select_related(
        "order__channel__organisation", "order__campaign", "product", "window", "node"
    ).order_by("-order__placed_at", "pk")


def plans_of(membership: Membership) -> QuerySet[PlantingPlan]:
    """List the plans on the plots that a member may see."""
    found = PlantingPlan.objects.filter(plot__in=plots_visible_to(membership).values("pk"))
    return (
        found.select_related("product", "plot__holder", "season")
        .prefetch_related("supplies__window", "supplies__grade")
        .order_by("state", "product__code", "pk")
    )


def sold_by(membership: Membership) -> QuerySet[Allocation]:
    """List what a grower has promised, the latest first, with the statements about it."""
    found = _allocations().filter(farmer=membership.organisation_id)
    return found.prefetch_related("statement_lines__statement")


def delivered_to(membership: Membership) -> QuerySet[Allocation]:
    """List what growers have promised to a seller's orders."""
    return _allocations().filter(line__order__channel__organisation=membership.organisation_id)


def dealt_by(membership: Membership) -> QuerySet[Allocation]:
    """List the promises in which a party has a part, as grower or as seller."""
    party = membership.organisation_id
    return _allocations().filter(Q(farmer=party) | Q(line__order__channel__organisation=party))


def reserved_for(membership: Membership) -> Decimal:
    """Give how many kilograms of a grower's plans are reserved and not promised yet."""
    found = Reservation.objects.filter(supply__plan__farmer=membership.organisation_id).aggregate(kg=Sum("kg"))
    return found["kg"] or Decimal(0)


def statements_of(membership: Membership) -> QuerySet[Statement]:
    """List the statements in which a party has a part, the newest first."""
    party = membership.organisation_id
    found = Statement.objects.filter(Q(farmer=party) | Q(payer=party)).select_related("farmer", "payer")
    return found.order_by("-issued_on", "number")


def overdue(membership: Membership, *, today: date) -> QuerySet[Statement]:
    """List the statements that a payer has not paid and should have."""
    mine = statements_of(membership).filter(payer=membership.organisation_id)
    return mine.exclude(state=StatementState.PAID).filter(due_on__lt=today)


def days_to_pay(membership: Membership) -> list[int]:
    """List, for each paid delivery of a party, the days from delivery to payment."""
    found = _allocations().filter(
        Q(farmer=membership.organisation_id) | Q(line__order__channel__organisation=membership.organisation_id),
        state=AllocationState.SETTLED,
        delivered_on__isnull=False,
    )
    rows = found.values_list("delivered_on", "statement_lines__statement__paid_on")
    return sorted((paid - delivered).days for delivered, paid in rows if paid and delivered)


@dataclass(frozen=True, slots=True)
class Waited:
    """How long one grower waited for money: deliveries paid, the median and the longest wait in days."""

    farmer: Organisation
    deliveries: int
    median: int
    longest: int


def days_by_grower(membership: Membership) -> list[Waited]:
    """List a payer's growers with how long each waited, the longest median first."""
    paid = delivered_to(membership).filter(state=AllocationState.SETTLED, delivered_on__isnull=False)
    rows = paid.order_by().values_list("farmer", "delivered_on", "statement_lines__statement__paid_on")
    days: defaultdict[int, list[int]] = defaultdict(list)
    for farmer, delivered, paid_on in rows:
        if paid_on and delivered:
            days[farmer].append((paid_on - delivered).days)
    farmers = Organisation.objects.in_bulk(days)
    found = [Waited(farmers[pk], len(one), int(median(one)), max(one)) for pk, one in days.items()]
    return sorted(found, key=lambda one: (-one.median, one.farmer.name, one.farmer.pk))


def alerts_of(membership: Membership) -> QuerySet[RiskAlert]:
    """List the alerts on plans of plots that a member may see, the open ones first."""
    found = RiskAlert.objects.filter(supply__plan__plot__in=plots_visible_to(membership).values("pk"))
    return found.select_related("supply__plan__product", "supply__window", "supply__plan__plot").order_by(
        F("ended_on").desc(nulls_first=True), "supply__window__starts_on", "pk"
    )


def advice_for(membership: Membership) -> QuerySet[Recommendation]:
    """List what was recommended for plots that a member may see, answered or not."""
    found = Recommendation.objects.filter(plot__in=plots_visible_to(membership).values("pk"))
    return found.select_related("product", "window", "plot__holder").order_by("window__starts_on", "pk")


def recommendations_to(membership: Membership) -> QuerySet[Recommendation]:
    """List what is recommended for plots that a member may see, and not answered yet."""
    return advice_for(membership).filter(answer="")


def proposals_of(membership: Membership) -> QuerySet[SubstitutionProposal]:
    """List the proposals of other goods to a seller's buyers, the newest first."""
    found = SubstitutionProposal.objects.filter(line__order__channel__organisation=membership.organisation_id)
    return found.select_related("line__order", "supply__grade", "supply__window").order_by("-proposed_at", "pk")


def payouts_of(membership: Membership) -> QuerySet[PayoutInstruction]:
    """List what a payer instructed its bank to pay, what is due first before the rest."""
    found = PayoutInstruction.objects.filter(statement__payer=membership.organisation_id)
    return found.select_related("statement", "payee").order_by("statement__due_on", "pk")


def _allocations() -> QuerySet[Allocation]:
    found = Allocation.objects.select_related(
        "line__order__channel__organisation", "line__product", "line__window", "lot", "farmer", "supply__plan__season"
    )
    return found.order_by("-firm_at", "pk")
