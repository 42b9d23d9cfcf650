"""The market's rows against their events: whoever changes a row, takes one away or adds one is found out.

Rows of orders follow from no projection (docs/adr/0009), so this check stands beside the verifier's own, and runs with
it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from orders.enums import GONE, AllocationState, OfferState
from orders.models import Allocation, MatchRun, OrderLine, PlantingPlan, PresaleOffer, PresaleOrder, Statement
from orders.queries import said
from orders.queries.said import Facts
from traceability.models import EntityHead
from traceability.queries import history
from traceability.queries.history import Event
from traceability.services.checks.fault import Fault
from traceability.services.checks.snapshot import snapshot

_BATCH = 500
# What a row's state says beyond the events of its own history, as the step that it follows.
_STEP_OF = {
    AllocationState.SETTLED: AllocationState.ACCEPTED,
    AllocationState.REJECTED: AllocationState.ACCEPTED,
    AllocationState.SUBSTITUTED: AllocationState.RELEASED,
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of thing: its rows, what its events say, what a row says."""

    prefix: str
    rows: Callable[[], QuerySet[Any]]
    told: Callable[[list[Event]], Facts]
    stands: Callable[[Any], Facts]


def check_rows() -> Iterator[Fault]:
    """Compare every row of the market with its history; each fault names the row and what differs."""
    # As of one moment: a row and the events of the same transaction.
    with snapshot():
        for kind in _KINDS:
            yield from _check_kind(kind)


def _check_kind(kind: _Kind) -> Iterator[Fault]:
    keys = list(kind.rows().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        yield from _check_batch(kind, keys[start : start + _BATCH])
    yield from _missing(kind, set(keys))


def _check_batch(kind: _Kind, keys: list[UUID]) -> Iterator[Fault]:
    rows = list(kind.rows().filter(pk__in=keys).order_by("pk"))
    histories = history.of_all([f"{kind.prefix}:{key}" for key in keys])
    for row in rows:
        events = histories.get(f"{kind.prefix}:{row.pk}", [])
        if not events:
            yield _fault(row, "no-event", "no event made this row")
            continue
        stands = kind.stands(row)
        for name, value in kind.told(events).items():
            if not _same(value, stands.get(name)):
                yield _fault(row, "differs", f"{name} is {stands.get(name)}, and its events say {value}")


def _missing(kind: _Kind, keys: set[UUID]) -> Iterator[Fault]:
    heads = EntityHead.objects.filter(entity__startswith=f"{kind.prefix}:").values_list("entity", flat=True)
    for entity in heads.iterator(chunk_size=_BATCH):
        key = UUID(entity.removeprefix(f"{kind.prefix}:"))
        if key not in keys:
            yield _fault(kind.rows().model(pk=key), "missing", "its events are there, and its row is not")


def _fault(row: Model, rule: str, text: str) -> Fault:
    table = row._meta.db_table  # noqa: SLF001 - Django's documented way to a table's name
    return Fault(table, str(row.pk), rule, text)


def _same(told: object, stands: object) -> bool:
    if isinstance(told, bool) or isinstance(stands, bool):
        return told == stands
    if isinstance(stands, int | Decimal):
        try:
            return Decimal(str(told)) == stands
        except InvalidOperation:
            return False
    return str(told) == str(stands)


def _offer(row: PresaleOffer) -> Facts:
    return {
        "product": row.product.code,
        "from": row.window.starts_on,
        "to": row.window.ends_on,
        "deposit_bp": row.deposit_bp,
        "price_fen": row.price_fen_per_kg,
        "cap_kg": row.cap_kg,
        "closed": row.state == OfferState.CLOSED,
    }


def _order(row: PresaleOrder) -> Facts:
    lines = list(row.lines.all())
    stands: Facts = {
        "channel": row.channel.code,
        "number": row.external_id,
        "buyer": row.buyer,
        "lines": len(lines),
    }
    return stands | {f"line.{one.position}.{name}": value for one in lines for name, value in _line(one).items()}


def _line(row: OrderLine) -> Facts:
    return {
        "offer": row.offer_id,
        "kg": row.kg,
        "region": row.node.code,
        "price_fen_per_kg": row.price_fen_per_kg,
        "split_ok": row.split_ok,
        "deposit_fen": row.deposit_fen,
        "refunded_fen": row.refunded_fen,
        "cancelled": row.state in GONE,
    }


def _plan(row: PlantingPlan) -> Facts:
    stands: Facts = {
        "plot": row.plot.entity,
        "product": row.product.code,
        "variety": row.variety,
        "area_mu": row.area_mu,
        "season": row.season.entity if row.season else None,
        "ended": row.state,
    }
    for one in row.supplies.all():
        window = f"{one.window.starts_on}/{one.window.ends_on}"
        facts: Mapping[str, object] = {"grade": one.grade.rank, "window": window}
        facts = {**facts, **{name: getattr(one, name) for name in ("p10_kg", "p50_kg", "p90_kg", "ask_fen_per_kg")}}
        stands |= {f"supply.{one.pk}.{name}": value for name, value in facts.items()}
    return stands


def _run(row: MatchRun) -> Facts:
    names = ("kind", "cause", "inputs_sha256", "outcome_sha256", "solver", "objective_fen", "bound_fen", "state")
    masses = ("demand_kg", "supply_kg", "matched_kg", "moved_kg")
    return {"product": row.product.code, **{name: getattr(row, name) for name in (*names, *masses)}}


def _allocation(row: Allocation) -> Facts:
    names = ("firm_kg", "picked_kg", "shipped_kg", "delivered_kg", "accepted_kg", "rejected_kg")
    return {
        "order": row.line.order.entity,
        "plan": row.supply.plan.entity,
        "lot": row.lot.entity if row.lot else None,
        "price_fen": row.price_fen_per_kg,
        "state": _STEP_OF.get(AllocationState(row.state), row.state),
        **{name: getattr(row, name) for name in (*names, "disputed_fen", "forgone_fen")},
    }


def _statement(row: Statement) -> Facts:
    stands: Facts = {name: getattr(row, name) for name in ("issued_on", "due_on", "net_fen", "paid_on")}
    for line in row.lines.all():
        stands |= {f"line.allocation:{line.allocation_id}.{name}": getattr(line, name) for name in ("kg", "fen")}
    for payout in row.payouts.all():
        stands |= {"instructed_fen": payout.fen, "receipt": payout.receipt}
    return stands


_KINDS = (
    _Kind("offer", lambda: PresaleOffer.objects.select_related("product", "window"), said.of_offer, _offer),
    _Kind(
        "order",
        lambda: PresaleOrder.objects.select_related("channel").prefetch_related("lines__node"),
        said.of_order,
        _order,
    ),
    _Kind(
        "plan",
        lambda: PlantingPlan.objects.select_related("plot", "product", "season").prefetch_related(
            "supplies__grade", "supplies__window"
        ),
        said.of_plan,
        _plan,
    ),
    _Kind("matchrun", lambda: MatchRun.objects.select_related("product"), said.of_run, _run),
    _Kind(
        "allocation",
        lambda: Allocation.objects.select_related("line__order", "supply__plan", "lot"),
        said.of_allocation,
        _allocation,
    ),
    _Kind("statement", lambda: Statement.objects.prefetch_related("lines", "payouts"), said.of_statement, _statement),
)
