"""The market of the season: needs and offers ahead, plans, matching runs, promises brought, accepted and paid.

Offers, needs and orders are told on the day on which they happened: an offer that has closed takes no orders.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from accounts.models import Membership
from config.demo import advice, brought
from config.demo.market_ground import campaign_of, channel_of, grade_of, lay_ground, window_of
from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from orders.enums import RevisionReason, RunCause, RunKind
from orders.models import MatchRun, Node, OrderLine, PlantingPlan, PresaleOffer, PresaleOrder, Product
from orders.services import lines, offers, placing, plans, promising, runs
from orders.services.needs import Need, release_need
from traceability.models import Plot, Season
from traceability.services.entries import Entry

Row = Mapping[str, Any]
_PLAYS = ("needs", "plans", "grown", "revisions", "offers", "orders", "cancelled", "given_up", "runs")


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give everything that the market records."""
    plays = dict(zip(_PLAYS, (_need, _plan, _grow, _revise, _offer, _order, _cancel, _give_up, _run), strict=True))
    for name, play in plays.items():
        for row in table("market")[name]:
            about = row.get("key") or row.get("plan") or row["order"]
            yield Scene(name=f"market {name}: {about}", time=moment(row["time"]), play=partial(play, stage, row))
    yield from brought.scenes(stage)
    yield from advice.scenes(stage)


def _need(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> OrderLine:  # noqa: ARG001
    lay_ground()
    product = Product.objects.get(code=row["product"])
    need = Need(
        product=product,
        min_grade=grade_of(product),
        window=window_of(product, row),
        node=Node.objects.get(code=row["node"]),
        kg=Decimal(row["kg"]),
        price_fen_per_kg=row["fen"],
    )
    return release_need(need=need, entry=entry, membership=stage.cast.member(row["party"]), at=entry.time)


def _plan(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> PlantingPlan:
    product = Product.objects.get(code=row["product"])
    low, usual, high = (Decimal(kg) for kg in row["kg"])
    expected = plans.Expected(
        grade=grade_of(product, row.get("grade", 1)),
        window=window_of(product, row),
        p10_kg=low,
        p50_kg=usual,
        p90_kg=high,
        ask_fen_per_kg=row["fen"],
    )
    facts = plans.PlanFacts(
        plot=Plot.objects.select_related("holder").get(pk=stage.id_of(f"plot {row['plot']}")),
        product=product,
        variety="小白沙" if product.crop == "peanut" else "盐丰47",
        area_mu=Decimal(row["area_mu"]),
        node=Node.objects.get(code=row["node"]),
        supplies=[expected],
    )
    return plans.submit_plan(facts=facts, entry=entry, membership=stage.cast.member(row["party"]), at=at)


def _planned(stage: Stage, row: Row) -> tuple[PlantingPlan, Membership]:
    said = next(one for one in table("market")["plans"] if one["key"] == row["plan"])
    plan = PlantingPlan.objects.select_related("plot").get(pk=stage.id_of(f"market plans: {row['plan']}"))
    return plan, stage.cast.member(said["party"])


def _grow(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> PlantingPlan:
    plan, member = _planned(stage, row)
    season = Season.objects.get(plot=plan.plot)
    return plans.grow(plan=plan, season=season, entry=entry, membership=member, at=at)


def _revise(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> PlantingPlan:
    plan, member = _planned(stage, row)
    low, usual, high = (Decimal(kg) for kg in row["kg"])
    revised = [plans.Revised(supply=plan.supplies.get(), p10_kg=low, p50_kg=usual, p90_kg=high)]
    reason = RevisionReason(row["reason"])
    return plans.revise(plan=plan, revised=revised, reason=reason, entry=entry, membership=member, at=at)


def _offer(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> PresaleOffer:  # noqa: ARG001
    product = Product.objects.get(code=row["product"])
    kind, share = row["deposit"]
    terms = offers.Terms(
        product=product,
        min_grade=grade_of(product),
        window=window_of(product, row),
        ship_region=Node.objects.get(code=row.get("node", "211100000000")),
        price_fen_per_kg=row["fen"],
        cap_kg=Decimal(row["cap"]),
        cutoff_at=moment(row["until"]),
        deposit_kind=kind,
        deposit_bp=share,
    )
    return offers.open_offer(terms=terms, entry=entry, membership=stage.cast.member(row["party"]), at=entry.time)


@transaction.atomic
def _order(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> PresaleOrder:  # noqa: ARG001
    offer = PresaleOffer.objects.get(pk=stage.id_of(f"market offers: {row['offer']}"))
    member = stage.cast.member("cooperative")
    campaign = campaign_of(member, row.get("campaign", ""))
    facts = placing.OrderFacts(
        channel=channel_of(member, campaign),
        number=f"DEMO-{row['key']}",
        lines=[placing.Wanted(offer=offer, kg=Decimal(row["kg"]), node=Node.objects.get(code="210100000000"))],
        buyer=row["buyer"],
        campaign=campaign,
    )
    order = placing.place(facts=facts, entry=entry, membership=member, at=entry.time)
    if "paid" in row:
        line = order.lines.get()
        paid = Entry(id=entry.id_of("paid"), time=entry.time)
        lines.pay_deposit(line=line, fen=line.deposit_due_fen, entry=paid, membership=member, at=entry.time)
    return order


def _cancel(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> OrderLine:
    line = OrderLine.objects.get(order=stage.id_of(f"market orders: {row['order']}"))
    member = stage.cast.member("cooperative")
    return lines.cancel(line=line, reason="not_wanted", entry=entry, membership=member, at=at, by="buyer")


def _give_up(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> OrderLine:
    line = OrderLine.objects.get(order=stage.id_of(f"market needs: {row['key']}"))
    return lines.give_up_rest(line=line, entry=entry, membership=stage.cast.member(row["party"]), at=at)


@transaction.atomic
def _run(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> MatchRun:
    product, member = Product.objects.get(code=row["product"]), stage.cast.member("operator")
    why = runs.Why(kind=row.get("kind", RunKind.ALLOCATION), cause=RunCause(row["cause"]))
    run = runs.compute(product=product, why=why, entry=entry, membership=member, at=at)
    if "promise" in row:
        firm = Entry(id=entry.id_of("promise"), time=entry.time)
        promising.promise(product=product, entry=firm, membership=member, today=entry.day, at=at)
    return run
