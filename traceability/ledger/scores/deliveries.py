"""Promises to buyers: kept in time, broken, still ahead, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from traceability.ledger.scores.figures import RATIO, Figure, Seen, share_of
from traceability.ledger.scores.told import Knowledge, Told, china_day

WINDOW_DAYS = 730
# So long after its window a promise of which nothing arrived counts as broken.
BROKEN_AFTER = timedelta(days=14)
_GRAMS = 1000


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise with what became of it. Several to one order out of one plan are one."""

    firmed: Told
    order: str
    plan: str
    due: date | None
    delivered: Told | None
    released: Told | None
    # Broken for a cause that nobody answers for, or given up by the buyer.
    excused: bool

    @property
    def key(self) -> tuple[str, str]:
        """What makes two promises one."""
        return self.order, self.plan

    @property
    def events(self) -> tuple[str, ...]:
        """The events that tell of it."""
        return tuple(one.id for one in (self.firmed, self.delivered, self.released) if one)

    @property
    def worth_fen(self) -> int:
        """Kilograms by price, where both were opened; else 0."""
        kg, price = self.firmed.opened.get("kg"), self.firmed.opened.get("price_fen")
        if type(kg) is not str or type(price) is not int:
            return 0
        whole, _, part = kg.partition(".")
        return (int(whole) * _GRAMS + int((part + "000")[:3])) * price // _GRAMS

    def is_kept(self) -> bool:
        """Whether it arrived by the end of its window."""
        return self.delivered is not None and self.due is not None and self.delivered.day <= self.due

    def is_broken(self, today: date) -> bool:
        """Whether it was given up, or never arrived."""
        if self.excused or self.delivered is not None:
            return False
        return self.released is not None or (self.due is not None and today > self.due + BROKEN_AFTER)


def promises_of(known: Knowledge) -> list[Promise]:
    """List all promises of the farm."""
    plans = {plan.entity: plan for plan in known.plans}
    return [_promise(known, one, plans[one.leaf.body["plan"]]) for one in known.allocations]


def on_time_rate(known: Knowledge, promises: Iterable[Promise], related: frozenset[str]) -> Figure:
    """Give the share of promises due in the last 24 months that arrived in their window."""
    today, since = china_day(known.as_of), known.since(WINDOW_DAYS)
    return share_of(
        Seen(one.key, one.is_kept(), one.events)
        for one in promises
        if one.due and since <= one.due < today and not one.excused and one.order not in related
    )


def open_breaches(known: Knowledge, promises: Iterable[Promise]) -> Figure:
    """Count promises broken in the last 24 months, and disputes that the buyer won."""
    today, since = china_day(known.as_of), known.since(WINDOW_DAYS)
    broken: dict[tuple[str, str], Promise] = {}
    for one in promises:
        when = one.released.day if one.released else one.due
        if (one.is_broken(today) and when and when >= since) or _lost_dispute(known, one, since):
            broken.setdefault(one.key, one)
    events = tuple(sorted({event for one in broken.values() for event in one.events}))
    return Figure(len(broken), events, events)


def order_backlog(known: Knowledge, promises: Iterable[Promise], related: frozenset[str], area: int | None) -> Figure:
    """Give what prepaid promises still ahead are worth, in fen a mu; `area` in hundredths of a mu."""
    ahead = [
        one
        for one in promises
        if not one.delivered
        and not one.released
        and not one.is_broken(china_day(known.as_of))
        and one.order not in related
        and _is_prepaid(known, one.order)
    ]
    if not area:
        return Figure(None)
    worth = sum(one.worth_fen for one in ahead)
    return Figure(worth * 100 // area, tuple(sorted(one.firmed.id for one in ahead)))


def related_orders(known: Knowledge, promises: Iterable[Promise]) -> frozenset[str]:
    """Find orders of nobody independent: of the farm itself, of no confirmed buyer, of one that sells to it too."""
    return frozenset(one.order for one in promises if not _is_independent(known, one.order))


def related_share(known: Knowledge, promises: Iterable[Promise], related: frozenset[str]) -> Figure:
    """Give the share by worth of the last 24 months' promises that stand in related orders."""
    recent = [one for one in promises if one.firmed.day >= known.since(WINDOW_DAYS)]
    total = sum(max(one.worth_fen, 1) for one in recent)
    theirs = [one for one in recent if one.order in related]
    if not total:
        return Figure(None)
    events = tuple(sorted(one.firmed.id for one in theirs))
    return Figure(sum(max(one.worth_fen, 1) for one in theirs) * RATIO // total, events, events)


def _promise(known: Knowledge, firmed: Told, plan: Told) -> Promise:
    delivered = [one for one in known.of(firmed.entity, "allocation.delivered") if known.is_second_party(one)]
    released = known.of(firmed.entity, "allocation.released")
    return Promise(
        firmed=firmed,
        order=firmed.leaf.body["order"],
        plan=plan.entity,
        due=_due(firmed, plan),
        delivered=delivered[0] if delivered else None,
        released=released[0] if released else None,
        excused=bool(released) and _is_excused(known, released[0], plan),
    )


def _due(firmed: Told, plan: Told) -> date | None:
    """Find the end of the plan's first window that is not over when the promise is made."""
    supplies = plan.opened.get("supplies")
    windows = [one.get("window", "") for one in supplies if type(one) is dict] if type(supplies) is list else []
    ends = sorted(date.fromisoformat(text.partition("/")[2]) for text in windows if "/" in text)
    return next((end for end in ends if end >= firmed.day), None)


def _is_excused(known: Knowledge, released: Told, plan: Told) -> bool:
    if released.leaf.body.get("reason") != "shortage":
        return True
    revised = known.of(plan.entity, "plan.revised")
    return any(one.leaf.body.get("reason") == "weather" and one.occurred <= released.occurred for one in revised)


def _lost_dispute(known: Knowledge, promise: Promise, since: date) -> bool:
    ended = known.of(promise.firmed.entity, "allocation.dispute_ended")
    return any(one.leaf.body.get("outcome") == "for_buyer" and one.day >= since for one in ended)


def _is_prepaid(known: Knowledge, order: str) -> bool:
    return any(known.is_second_party(one) for one in known.of(order, "order.deposit_paid"))


def _is_independent(known: Knowledge, order: str) -> bool:
    placed = known.of(order, "order.placed")
    if not placed or not known.is_second_party(placed[0]):
        return False
    return placed[0].leaf.actor.party not in _sellers_to(known)


def _sellers_to(known: Knowledge) -> set[str]:
    given = ("lot.handed_over", "lot.shipped")
    return {
        one.leaf.actor.party
        for told in known.by_entity.values()
        for one in told
        if one.type in given and one.leaf.body.get("to") == known.subject
    }
