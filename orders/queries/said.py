"""What the events of the market's things say of them: what their rows must say, too.

Each function folds one history into facts by their names. A private member that was erased is left out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID, uuid5

from traceability.queries.history import Event

Facts = dict[str, object]
_LINE_FACTS = ("offer", "kg", "region", "price_fen_per_kg", "split_ok")
_OF_PLAN: Mapping[str, Mapping[str, str]] = {"plan.sown": {"season": "season"}, "plan.ended": {"reason": "ended"}}
# Growers answer a run's recommendations, too: that decides nothing about the run.
_DECISIONS: Mapping[str, str] = {"matchrun.published": "published", "matchrun.rejected": "rejected"}
_SUPPLY_FACTS = ("grade", "window", "p10_kg", "p50_kg", "p90_kg", "ask_fen_per_kg")


def of_offer(events: Sequence[Event]) -> Facts:
    """Fold an offer's history."""
    first = events[0]
    said: Facts = {name: first.leaf.body.get(name) for name in ("product", "from", "to")}
    said["deposit_bp"] = first.leaf.body.get("deposit_bp", 0)
    said |= _open(first, "price_fen", "cap_kg")
    said["closed"] = _has(events, "offer.closed")
    return said


def of_order(events: Sequence[Event]) -> Facts:
    """Fold an order's history, its lines as `line.N.…`."""
    first, root = events[0], events[0].leaf.entity
    said: Facts = {name: first.leaf.body[name] for name in ("channel", "lines")} | _open(first, "number", "buyer")
    content = first.private.get("content")
    lines: Iterable[Mapping[str, object]] = content if isinstance(content, list) else ()
    for position, line in enumerate(lines):
        said |= {f"line.{position}.{name}": line[name] for name in _LINE_FACTS if name in line}
        key = str(uuid5(UUID(root.removeprefix("order:")), f"line.{position}"))
        own = [one for one in events if one.leaf.body.get("line") == key]
        said |= {f"line.{position}.{name}": value for name, value in _of_line(own).items()}
    return said


def of_plan(events: Sequence[Event]) -> Facts:
    """Fold a plan's history, its supplies as `supply.ID.…`."""
    first, plan = events[0], UUID(events[0].leaf.entity.removeprefix("plan:"))
    said: Facts = {name: first.leaf.body[name] for name in ("plot", "product", "variety", "area_mu")}
    for number, one in enumerate(_rows(first)):
        key = uuid5(plan, f"supply.{number}")
        said |= {f"supply.{key}.{name}": one[name] for name in _SUPPLY_FACTS if name in one}
    for event in _named(events, "plan.revised"):
        for one in _rows(event):
            said |= {f"supply.{one['supply']}.{name}": one[name] for name in ("p10_kg", "p50_kg", "p90_kg")}
    for event in events[1:]:
        said |= {ours: event.leaf.body[theirs] for theirs, ours in _OF_PLAN.get(event.leaf.type, {}).items()}
    return said


def of_run(events: Sequence[Event]) -> Facts:
    """Fold a run's history."""
    decided = [_DECISIONS[one.leaf.type] for one in events[1:] if one.leaf.type in _DECISIONS]
    return {**events[0].leaf.body, "state": decided[-1] if decided else "proposed"}


def of_allocation(events: Sequence[Event]) -> Facts:
    """Fold a promise's history."""
    first = events[0]
    said: Facts = {name: first.leaf.body.get(name) for name in ("order", "plan")}
    said |= _as(first, {"kg": "firm_kg", "price_fen": "price_fen"})
    said |= {"state": "firm", "disputed_fen": 0, "forgone_fen": 0}
    for event in events[1:]:
        said |= _STEPS[event.leaf.type](event, said) if event.leaf.type in _STEPS else {}
    return said


def of_statement(events: Sequence[Event]) -> Facts:
    """Fold a statement's history, its lines as `line.ENTITY.…`."""
    first = events[0]
    said: Facts = {name: first.leaf.body[name] for name in ("issued_on", "due_on")} | _open(first, "net_fen")
    lines = first.private.get("lines")
    for line in lines if isinstance(lines, list) else ():
        said |= {f"line.{line['allocation']}.{name}": line[name] for name in ("kg", "fen")}
    for event in _named(events, "statement.instructed"):
        said |= _as(event, {"fen": "instructed_fen"})
    for event in _named(events, "statement.paid"):
        said |= {"paid_on": event.leaf.body["paid_on"], **_open(event, "receipt")}
    return said


def _of_line(events: Sequence[Event]) -> Facts:
    said: Facts = {"deposit_fen": 0, "refunded_fen": 0, "cancelled": _has(events, "order.cancelled")}
    for event in _named(events, "order.changed"):
        said |= _open(event, "kg")
    for event in _named(events, "order.deposit_paid"):
        said |= _as(event, {"fen": "deposit_fen"})
    refunds = [event.private.get("fen") for event in _named(events, "order.refunded")]
    if None in refunds:
        del said["refunded_fen"]
    else:
        said["refunded_fen"] = sum(int(str(fen)) for fen in refunds)
    return said


def _disputed(event: Event, _said: Facts) -> Facts:
    return _as(event, {"fen": "disputed_fen"})


def _dispute_ended(event: Event, said: Facts) -> Facts:
    forgone = int(str(said["forgone_fen"]))
    if event.leaf.body["outcome"] == "for_buyer":
        forgone += int(str(event.private.get("fen", 0)))
    return {"disputed_fen": 0, "forgone_fen": forgone}


def _step(state: str, names: Mapping[str, str]) -> Callable[[Event, Facts], Facts]:
    def fold(event: Event, _said: Facts) -> Facts:
        lot = {"lot": event.leaf.body["lot"]} if "lot" in event.leaf.body else {}
        return {"state": state, **lot, **_as(event, names)}

    return fold


_STEPS: Mapping[str, Callable[[Event, Facts], Facts]] = {
    "allocation.picked": _step("picked", {"kg": "picked_kg"}),
    "allocation.shipped": _step("shipped", {"kg": "shipped_kg"}),
    "allocation.delivered": _step("delivered", {"kg": "delivered_kg"}),
    "allocation.accepted": _step("accepted", {"accepted_kg": "accepted_kg", "rejected_kg": "rejected_kg"}),
    "allocation.released": _step("released", {}),
    "allocation.disputed": _disputed,
    "allocation.dispute_ended": _dispute_ended,
}


def _named(events: Iterable[Event], name: str) -> list[Event]:
    return [one for one in events if one.leaf.type == name]


def _has(events: Iterable[Event], name: str) -> bool:
    return bool(_named(events, name))


def _open(event: Event, *names: str) -> Facts:
    return {name: event.private[name] for name in names if name in event.private}


def _as(event: Event, names: Mapping[str, str]) -> Facts:
    return {ours: event.private[theirs] for theirs, ours in names.items() if theirs in event.private}


def _rows(event: Event) -> list[Mapping[str, object]]:
    found = event.private.get("supplies")
    return found if isinstance(found, list) else []
