"""What growers and buyers are asked: what to plant next year, other goods, and what to do about unsold ones."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from config.demo.market_ground import grade_of
from config.demo.scenes import Scene, Stage
from config.demo.tables import moment, table
from orders.models import MatchRun, Node, OrderLine, PlanSupply, PlantingPlan, Product, Recommendation, RiskAlert
from orders.services import alerts, planning, plans, recommendations, substitutes
from traceability.services.entries import Entry

Row = Mapping[str, Any]
# A bad and a good year beside a usual one, where a recommendation is taken up as it is.
_BAD, _GOOD = Decimal("0.95"), Decimal("1.04")
_KG = Decimal(1)


def scenes(stage: Stage) -> Iterator[Scene]:
    """Give the planning run with its answers, alerts with theirs, and the other goods that a buyer is asked about."""
    plays = {
        "planned": _recommend,
        "accepted": _accept,
        "declined": _decline,
        "alerts": _alert,
        "alerts_over": _end_alert,
        "proposals": _propose,
    }
    for name, play in plays.items():
        for row in table("market")[name]:
            about = row.get("key") or row.get("plan") or row.get("order") or row["product"]
            yield Scene(name=f"market {name}: {about}", time=moment(row["time"]), play=partial(play, stage, row))


def _recommend(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> MatchRun | None:
    product, member = Product.objects.get(code=row["product"]), stage.cast.member("operator")
    return planning.plan(product=product, today=entry.day, entry=entry, membership=member, at=at)


def _advice(stage: Stage, row: Row) -> Recommendation:
    plot = stage.id_of(f"plot {row['plot']}")
    return Recommendation.objects.select_related("plot__holder", "product", "window", "run").get(plot=plot)


def _accept(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> PlantingPlan:
    advice = _advice(stage, row)
    usual = Decimal(row["kg"])
    expected = plans.Expected(
        grade=grade_of(advice.product),
        window=advice.window,
        p10_kg=(usual * _BAD).quantize(_KG),
        p50_kg=usual,
        p90_kg=(usual * _GOOD).quantize(_KG),
        ask_fen_per_kg=row["fen"],
    )
    facts = plans.PlanFacts(
        plot=advice.plot,
        product=advice.product,
        variety="盐丰47",
        area_mu=advice.area_mu,
        node=Node.objects.get(code=row["node"]),
        supplies=[expected],
    )
    member = stage.cast.member(row["party"])
    return recommendations.accept(recommendation=advice, facts=facts, entry=entry, membership=member, at=at)


def _decline(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> Recommendation:
    member = stage.cast.member(row["party"])
    return recommendations.decline(recommendation=_advice(stage, row), entry=entry, membership=member, at=at)


def _alerted(stage: Stage, row: Row) -> RiskAlert:
    return RiskAlert.objects.get(supply__plan=stage.id_of(f"market plans: {row['plan']}"))


@transaction.atomic
def _alert(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> RiskAlert:
    alerts.raise_alerts(membership=stage.cast.member("operator"), at=entry.time)
    said = {"action": row["action"], "note": row["note"]}
    member = stage.cast.member(row["party"])
    return alerts.act(alert=_alerted(stage, row), entry=entry, membership=member, at=at, **said)


def _end_alert(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> RiskAlert | None:
    member = stage.cast.member("operator")
    return alerts.end_alert(alert=_alerted(stage, row), entry=entry, membership=member, at=at)


def _propose(stage: Stage, row: Row, *, entry: Entry, at: datetime) -> object:
    line = OrderLine.objects.get(order=stage.id_of(f"market orders: {row['order']}"))
    supply = PlanSupply.objects.get(plan=stage.id_of(f"market plans: {row['with']}"))
    # Asked when the story is told, not when it plays: the buyer's 24 hours are to run while somebody looks.
    asked = Entry(id=entry.id, time=at)
    member = stage.cast.member("cooperative")
    return substitutes.propose(line=line, supply=supply, kg=line.kg, entry=asked, membership=member, at=at)
