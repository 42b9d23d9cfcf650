"""A small market: one product in two grades and four windows, two regions, a channel, an offer, plans."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from accounts.models import Membership
from orders.enums import ChannelKind
from orders.models import (
    Allocation,
    Campaign,
    Channel,
    DeliveryWindow,
    Grade,
    Lane,
    MatchRun,
    Node,
    OrderLine,
    PayoutInstruction,
    PlantingPlan,
    PresaleOffer,
    PresaleOrder,
    Product,
    Recommendation,
    RiskAlert,
    Statement,
    SubstitutionProposal,
)
from orders.services import (
    channels,
    disputes,
    fulfilment,
    needs,
    offers,
    placing,
    plans,
    promising,
    runs,
    settlement,
    substitutes,
)
from orders.services.events import say
from tests.factories import farm
from traceability.models import Lot, Plot
from traceability.services.entries import Entry

# Before anything of the season is sown; the windows lie after the farm's harvest.
AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
EARLY, LATE, NEXT, LAST = date(2026, 10, 1), date(2026, 10, 16), date(2027, 1, 10), date(2027, 2, 20)


def entry(time: datetime = AT) -> Entry:
    return Entry(id=uuid4(), time=time)


def make_product(code: str = "panjin-rice", *, crop: str = "rice") -> Product:
    """Make a product with two grades, four windows of ten days, and roads between two regions."""
    product = Product.objects.create(
        code=code,
        name="盘锦稻谷",
        name_en="Panjin paddy",
        crop=crop,
        shelf_life_hours=720,
        freeze_days=7,
        reference_fen_per_kg=400,
    )
    Grade.objects.bulk_create(
        Grade(product=product, rank=rank, name=f"{rank + 1} 等", name_en=f"Grade {rank + 1}") for rank in range(2)
    )
    DeliveryWindow.objects.bulk_create(
        DeliveryWindow(product=product, starts_on=day, ends_on=day + timedelta(days=9))
        for day in (EARLY, LATE, NEXT, LAST)
    )
    make_lanes()
    return product


def make_lanes() -> None:
    if Node.objects.exists():
        return
    nodes = [
        Node.objects.create(code=code, name=name, name_en=name_en, latitude=Decimal(41), longitude=Decimal(122))
        for code, name, name_en in (("211100000000", "盘锦", "Panjin"), ("210100000000", "沈阳", "Shenyang"))
    ]
    for start in nodes:
        for to in nodes:
            Lane.objects.create(origin=start, destination=to, fen_per_kg=0 if start == to else 20, hours=12)


def node(name: str = "盘锦") -> Node:
    return Node.objects.get(name=name)


def grade(product: Product, rank: int = 0) -> Grade:
    return product.grades.get(rank=rank)


def window(product: Product, place: int = 0) -> DeliveryWindow:
    return product.windows.order_by("starts_on")[place]


def make_channel(member: Membership, code: str = "shop") -> Channel:
    return Channel.objects.create(
        organisation=member.organisation, clerk=member.user, code=code, name="直播间", kind=ChannelKind.LIVE
    )


def terms(product: Product, **said: Any) -> offers.Terms:
    facts: dict[str, Any] = {
        "product": product,
        "min_grade": grade(product, 1),
        "window": window(product),
        "ship_region": node(),
        "price_fen_per_kg": 420,
        "cap_kg": Decimal(10_000),
        "cutoff_at": datetime(2026, 9, 1, tzinfo=UTC),
    }
    return offers.Terms(**{**facts, **said})


def make_offer(member: Membership, product: Product, **said: Any) -> PresaleOffer:
    return offers.open_offer(terms=terms(product, **said), entry=entry(), membership=member, at=AT)


def place(
    channel: Channel, offer: PresaleOffer, kg: str = "100", *, by: Membership, number: str = "", **said: Any
) -> PresaleOrder:
    campaign = said.pop("campaign", None)
    wanted = placing.Wanted(offer=offer, kg=Decimal(kg), node=said.pop("node", None) or node(), **said)
    facts = placing.OrderFacts(
        channel=channel, number=number or str(uuid4()), lines=[wanted], buyer="李女士", campaign=campaign
    )
    return placing.place(facts=facts, entry=entry(), membership=by, at=AT)


def line_of(order: PresaleOrder) -> OrderLine:
    return order.lines.get()


def make_plan(
    member: Membership, product: Product, *, kg: tuple[int, int, int] = (800, 1000, 1200), **said: Any
) -> PlantingPlan:
    plot: Plot = said.pop("plot", None) or farm.make_plot(member)
    expected = plans.Expected(
        grade=said.pop("grade", None) or grade(product, 1),
        window=said.pop("window", None) or window(product),
        p10_kg=Decimal(kg[0]),
        p50_kg=Decimal(kg[1]),
        p90_kg=Decimal(kg[2]),
        ask_fen_per_kg=said.pop("ask", 300),
    )
    facts = {"variety": "盐丰47", "area_mu": Decimal(10), "node": node(), **said}
    planned = plans.PlanFacts(plot=plot, product=product, supplies=[expected], **facts)
    return plans.submit_plan(facts=planned, entry=entry(farm.SPRING), membership=member, at=farm.NOW)


def match(product: Product, *, by: Membership, **why: str) -> MatchRun:
    made = entry(farm.SPRING)
    return runs.compute(product=product, why=runs.Why(**why), entry=made, membership=by, at=farm.NOW)


def promise(product: Product, *, by: Membership, today: date = EARLY) -> list[Allocation]:
    return promising.promise(product=product, entry=entry(farm.AUTUMN), membership=by, today=today, at=farm.NOW)


@dataclass(frozen=True)
class Season:
    """Everything that a market's season leaves behind."""

    product: Product
    open_offer: PresaleOffer
    plan: PlantingPlan
    firm: Allocation
    disputed: Allocation
    statement: Statement
    payout: PayoutInstruction
    waiting: MatchRun
    campaign: Campaign
    recommendation: Recommendation
    alert: RiskAlert
    asked: SubstitutionProposal


def furnish(farmer: Membership, seller: Membership, operator: Membership) -> Season:
    """Let a season run: delivered, disputed, stated, instructed; a promise to pick, and a run that waits."""
    product, channel = make_product(), make_channel(seller)
    offer = make_offer(seller, product)
    plan = make_plan(farmer, product)
    season = farm.make_season(farmer, plan.plot)
    plans.grow(plan=plan, season=season, entry=entry(farm.AUTUMN), membership=farmer, at=farm.NOW)
    place(channel, offer, "300", by=seller)
    match(product, by=operator)
    (first,) = promise(product, by=operator)
    arrived = bring(first, farm.make_lot(farmer, season), by=farmer, to=seller)
    good = fulfilment.accept(allocation=arrived, entry=later(4), membership=seller, at=farm.NOW)
    disputes.dispute(allocation=good, fen=2000, note="有破袋", entry=later(5), membership=seller, at=farm.NOW)
    (statement,) = settlement.issue_statements(
        entry=later(10), membership=seller, today=farm.AUTUMN.date() + timedelta(days=10), at=farm.NOW
    )
    payout = settlement.instruct(statement=statement, entry=later(11), membership=seller, at=farm.NOW)
    place(channel, offer, "200", by=seller)
    match(product, by=operator)
    (firm,) = promise(product, by=operator)
    hailed = make_plan(farmer, product, ask=200)
    place(channel, offer, "150", by=seller)
    match(product, by=operator)
    revise(hailed, farmer, p50=5)
    revise(plan, farmer, p50=905)
    waiting = match(product, by=operator, kind="replanning", cause="yield")
    future = make_offer(seller, product, window=window(product, 2), cutoff_at=datetime(2027, 1, 1, tzinfo=UTC))
    place(channel, future, "80", by=seller)
    return Season(
        product, future, plan, firm, good, statement, payout, waiting, **_to_answer(seller, farmer, future, waiting)
    )


def _to_answer(seller: Membership, farmer: Membership, future: PresaleOffer, run: MatchRun) -> dict[str, Any]:
    """Leave a campaign, a need, and what waits for an answer: a recommendation, an alert, other goods for an order."""
    product = future.product
    sale = channels.Sale(code="new-year", name="年货节", starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31))
    campaign = channels.make_campaign(channel=Channel.objects.get(code="shop"), sale=sale, membership=seller)
    plan = make_plan(farmer, product, window=window(product, 2), kg=(200, 250, 300))
    need: dict[str, Any] = {
        "product": product,
        "min_grade": grade(product),
        "window": window(product, 2),
        "node": node("沈阳"),
    }
    needs.release_need(
        need=needs.Need(**need, kg=Decimal(90), price_fen_per_kg=330), entry=entry(), membership=seller, at=AT
    )
    late = place(campaign.channel, future, "60", by=seller)
    supply = make_plan(farmer, product, window=window(product, 3), kg=(70, 70, 70)).supplies.get()
    asked = substitutes.propose(
        line=line_of(late), supply=supply, kg=Decimal(60), entry=entry(farm.NOW), membership=seller, at=farm.NOW
    )
    advice = Recommendation.objects.create(
        run=run,
        plot=plan.plot,
        product=product,
        window=window(product, 2),
        area_mu=Decimal(12),
        presold_bp=6200,
        forecast_bp=3000,
        price_fen_per_kg=380,
        expected_kg=Decimal(1200),
        ahead_kg=Decimal("1172.340"),
        ahead_bp=4230,
        unsold_fen_per_kg=88,
        missing_fen_per_kg=120,
    )
    alert = RiskAlert.objects.create(
        supply=plan.supplies.get(), raised_on=farm.NOW.date(), chance_bp=6000, expected_kg=Decimal(80)
    )
    return {"campaign": campaign, "recommendation": advice, "alert": alert, "asked": asked}


def instruct(season: Season, fen: int, *, by: Membership) -> PayoutInstruction:
    """Make one more statement over so much, without the deliveries behind it, and instruct the bank to pay it."""
    known = season.statement
    statement = Statement.objects.create(
        pk=uuid4(),
        farmer=known.farmer,
        payer=known.payer,
        number=f"{known.number}-{fen}",
        issued_on=known.issued_on,
        due_on=known.due_on,
        gross_fen=fen,
        net_fen=fen,
        state="issued",
    )
    private = {"lines": [], "net_fen": fen}
    body = {"issued_on": f"{known.issued_on}", "due_on": f"{known.due_on}", "allocations": 1}
    said: dict[str, Any] = {"membership": by, "at": farm.NOW, "entry": later(10)}
    say("statement.issued", statement.entity, body=body, private=private, **said)
    return settlement.instruct(statement=statement, entry=later(11), membership=by, at=farm.NOW)


def later(days: int) -> Entry:
    return entry(farm.AUTUMN + timedelta(days=days))


def bring(allocation: Allocation, lot: Lot, *, by: Membership, to: Membership) -> Allocation:
    """Pick all that was promised out of a lot, ship it and let it arrive."""
    kg = allocation.firm_kg
    fulfilment.pick(allocation=allocation, lot=lot, kg=kg, entry=later(1), membership=by, at=farm.NOW)
    fulfilment.ship(allocation=allocation, kg=kg, entry=later(2), membership=by, at=farm.NOW)
    return fulfilment.deliver(allocation=allocation, kg=kg, entry=later(3), membership=to, at=farm.NOW)


def end_dispute(allocation: Allocation, *, by: Membership, outcome: str) -> Allocation:
    """End the dispute over a delivery."""
    return disputes.end_dispute(allocation=allocation, outcome=outcome, entry=later(12), membership=by, at=farm.NOW)


def revise(plan: PlantingPlan, by: Membership, *, p50: int) -> None:
    """Estimate the one supply of a plan anew."""
    revised = [
        plans.Revised(supply=plan.supplies.get(), p10_kg=Decimal(p50 - 5), p50_kg=Decimal(p50), p90_kg=Decimal(p50 + 5))
    ]
    plans.revise(plan=plan, revised=revised, reason="weather", entry=later(12), membership=by, at=farm.NOW)
