"""Products matched anew when something of them changed: at once after damage, after a quarter of an hour for orders."""

import hashlib
import logging
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership
from orders.enums import RunCause, RunKind
from orders.matching import MarketError
from orders.matching.flow import FlowError
from orders.models import Allocation, MatchRun, Product
from orders.queries.changes import Change, change_since
from orders.queries.market import Ground, ground_of
from orders.services.promising import promise
from orders.services.runs import Why, compute
from traceability.services.attachments import load
from traceability.services.entries import Entry
from traceability.standards.days import day_in_china

logger = logging.getLogger("suyuan.orders")


def replan(*, at: datetime, urgent_only: bool) -> list[MatchRun]:
    """Match each product anew of which something changed since its last run that is worth one.

    The operator's first owner answers for what the clock sets off; without one nothing runs. A product whose market
    cannot be matched stays as it is, and does not stop the others.
    """
    member = operators_clerk()
    if member is None:
        return []
    found = (_replanned(product, member, at=at, urgent_only=urgent_only) for product in Product.objects.order_by("pk"))
    return [run for run in found if run]


def promise_due(*, at: datetime) -> list[Allocation]:
    """Make firm what is due today, product by product. Raises RefusedError, EventError, ChainConflictError."""
    member = operators_clerk()
    if member is None:
        return []
    made: list[Allocation] = []
    for product in Product.objects.order_by("pk"):
        entry = Entry(id=uuid5(NAMESPACE_OID, f"promise {product.code} {at.isoformat()}"), time=at)
        made += promise(product=product, entry=entry, membership=member, today=day_in_china(at), at=at)
    return made


def operators_clerk() -> Membership | None:
    """Give who answers for what the platform does by the clock: the oldest owner among the operator's members."""
    owners = Membership.objects.filter(organisation__kind=OrganisationKind.OPERATOR, role=Role.OWNER)
    confirmed = owners.filter(organisation__confirmed_at__isnull=False)
    return confirmed.select_related("user", "organisation").order_by("pk").first()


def _replanned(product: Product, member: Membership, *, at: datetime, urgent_only: bool) -> MatchRun | None:
    ground = ground_of(product)
    last = MatchRun.objects.filter(product=product).exclude(kind=RunKind.PLANNING).order_by("-computed_at").first()
    change = change_since(last, load(last.inputs_sha256), ground) if last else _first(ground)
    if change is None or (urgent_only and not change.urgent):
        return None
    # The same change gives the same id: two workers that see it make one run.
    name = f"{last.pk if last else product.code} {hashlib.sha256(ground.inputs).hexdigest()}"
    entry = Entry(id=uuid5(NAMESPACE_OID, name), time=at)
    why = Why(kind=RunKind.REPLANNING if last else RunKind.ALLOCATION, cause=change.cause)
    try:
        return compute(product=product, why=why, entry=entry, membership=member, at=at)
    except (MarketError, FlowError):
        logger.exception("replanning: %s stays as it is", product.code)
        return None


def _first(ground: Ground) -> Change | None:
    return Change(RunCause.ORDERS, urgent=False) if ground.lines and ground.supplies else None
