"""What the log is told of presale, plans, matching, deliveries and money.

Numbers of orders, buyers, quantities and prices are trade secrets or personal: the log holds commitments to them. What
stands in public is that something happened, on which history, and the hashes by which a run can be repeated.
"""

from decimal import Decimal

from orders.enums import (
    AllocationEnd,
    Answer,
    Outcome,
    PlanEnd,
    RevisionReason,
    RiskAction,
    RunCause,
    RunKind,
    Withdrawal,
)
from traceability.events import EventType, Member, Members, Place
from traceability.events.kinds import SHA256, UUID, Choice, Day, Json, Number, Text, Whole, entity
from traceability.events.members import fixed, optional
from traceability.events.vocabulary import KILOGRAMS, KILOGRAMS_OR_NONE, LOT, MU, NAME, notes
from traceability.msgids import gettext_noop as _

FEN = Whole(most=10**14)
_WORTH = Number(places=3, most=Decimal(10) ** 20, least=-(Decimal(10) ** 20))
_CODE = Text(40)
_KG = Member("kg", KILOGRAMS, _("kg"))
_FEN = Member("fen", FEN, _("amount, fen"))
_LINE = fixed("line", UUID, _("line"))
# The buyer said so on the order's own page; the channel's clerk only stands for it.
BUYER = "buyer"
_BY = optional("by", Choice((BUYER,)), _("said by"))
_PROPOSAL = fixed("proposal", UUID, _("proposal"))

OFFERS = (
    EventType(
        name="offer.opened",
        label=_("Offered ahead"),
        entities=("offer",),
        place=Place.FIRST,
        body=Members(
            fixed("product", _CODE, _("product")),
            Member("from", Day(), _("from")),
            Member("to", Day(), _("to")),
            optional("deposit_bp", Whole(most=10_000), _("paid ahead, hundredths of a percent")),
        ),
        private=notes(Member("price_fen", FEN, _("price, fen/kg")), Member("cap_kg", KILOGRAMS, _("at most, kg"))),
    ),
    EventType(name="offer.closed", label=_("Offer closed"), entities=("offer",), private=notes()),
)
ORDERS = (
    EventType(
        name="order.placed",
        label=_("Ordered"),
        entities=("order",),
        place=Place.FIRST,
        body=Members(fixed("channel", _CODE, _("channel")), Member("lines", Whole(least=1), _("lines"))),
        private=notes(
            Member("number", Text(64), _("order number")),
            Member("content", Json(), _("what was ordered")),
            optional("buyer", NAME, _("buyer")),
            optional("campaign", _CODE, _("campaign")),
        ),
    ),
    EventType(
        name="order.changed",
        label=_("Order changed"),
        entities=("order",),
        body=Members(_LINE, _BY),
        private=notes(_KG),
    ),
    EventType(
        name="order.deposit_paid",
        label=_("Paid ahead"),
        entities=("order",),
        body=Members(_LINE),
        private=notes(_FEN),
    ),
    EventType(
        name="order.cancelled",
        label=_("Order cancelled"),
        entities=("order",),
        body=Members(_LINE, Member("reason", Choice(tuple(Withdrawal.values)), _("reason")), _BY),
        private=notes(),
    ),
    EventType(
        name="order.refunded",
        label=_("Paid back"),
        entities=("order",),
        body=Members(_LINE, Member("reason", Choice(tuple(Withdrawal.values)), _("reason"))),
        private=notes(_FEN),
    ),
    EventType(
        name="order.substitute_proposed",
        label=_("Other goods proposed"),
        entities=("order",),
        body=Members(_LINE, _PROPOSAL, fixed("plan", entity("plan"), _("plan"))),
        private=notes(_KG),
    ),
    EventType(
        name="order.substitute_answered",
        label=_("Proposal answered"),
        entities=("order",),
        body=Members(_LINE, _PROPOSAL, Member("answer", Choice(tuple(Answer.values)), _("answer")), _BY),
        private=notes(),
    ),
)
_SUPPLY = Member("supply", UUID, _("supply"))
_SUPPLIES = Member("supplies", Json(), _("yield and price, by grade and window"))
PLANS = (
    EventType(
        name="plan.submitted",
        label=_("Planned"),
        entities=("plan",),
        place=Place.FIRST,
        body=Members(
            fixed("plot", entity("plot"), _("plot")),
            fixed("product", _CODE, _("product")),
            Member("variety", NAME, _("variety")),
            Member("area_mu", MU, _("area, mu")),
        ),
        private=notes(_SUPPLIES),
    ),
    EventType(
        name="plan.sown",
        label=_("Plan became a season"),
        entities=("plan",),
        body=Members(fixed("season", entity("season"), _("season"))),
    ),
    EventType(
        name="plan.revised",
        label=_("Yield estimated anew"),
        entities=("plan",),
        body=Members(
            Member("reason", Choice(tuple(RevisionReason.values)), _("reason")),
            optional("source", UUID, _("because of")),
        ),
        private=notes(_SUPPLIES),
    ),
    EventType(
        name="plan.ended",
        label=_("Plan ended"),
        entities=("plan",),
        body=Members(Member("reason", Choice(tuple(PlanEnd.values)), _("reason"))),
        private=notes(),
    ),
    EventType(
        name="plan.risk_raised",
        label=_("Alert: goods may stay unsold"),
        entities=("plan",),
        # How much may find no buyer is the grower's own affair: the public log only says that somebody was warned.
        private=notes(
            _SUPPLY,
            Member("chance_bp", Whole(most=10_000), _("chance, hundredths of a percent")),
            Member("expected_kg", KILOGRAMS_OR_NONE, _("unsold to expect, kg")),
        ),
    ),
    EventType(
        name="plan.risk_acted",
        label=_("Something done about goods that may stay unsold"),
        entities=("plan",),
        body=Members(Member("action", Choice(tuple(RiskAction.values)), _("done about it"))),
        private=notes(),
    ),
    EventType(
        name="plan.risk_ended",
        label=_("Alert over"),
        entities=("plan",),
        private=notes(_SUPPLY, Member("unsold_kg", KILOGRAMS_OR_NONE, _("stayed unsold, kg"))),
    ),
)
RUNS = (
    EventType(
        name="matchrun.computed",
        label=_("Matched"),
        entities=("matchrun",),
        place=Place.FIRST,
        body=Members(
            fixed("product", _CODE, _("product")),
            Member("kind", Choice(tuple(RunKind.values)), _("kind")),
            Member("cause", Choice(tuple(RunCause.values)), _("cause")),
            Member("inputs_sha256", SHA256, _("SHA-256 of the inputs")),
            Member("outcome_sha256", SHA256, _("SHA-256 of the outcome")),
            Member("solver", Text(40), _("solver")),
            Member("objective_fen", _WORTH, _("worth, fen")),
            Member("bound_fen", _WORTH, _("most that any could be worth, fen")),
            Member("demand_kg", KILOGRAMS_OR_NONE, _("ordered, kg")),
            Member("supply_kg", KILOGRAMS_OR_NONE, _("to be had, kg")),
            Member("matched_kg", KILOGRAMS_OR_NONE, _("matched, kg")),
            Member("moved_kg", KILOGRAMS_OR_NONE, _("moved, kg")),
        ),
        private=notes(),
    ),
    EventType(name="matchrun.published", label=_("Matching published"), entities=("matchrun",), private=notes()),
    EventType(name="matchrun.rejected", label=_("Matching rejected"), entities=("matchrun",), private=notes()),
    EventType(
        name="matchrun.advice_declined",
        label=_("Recommendation declined"),
        entities=("matchrun",),
        # Whose plot it was is nobody's business: a no must cost nothing.
        private=notes(
            Member("plot", entity("plot"), _("plot")),
            Member("from", Day(), _("from")),
            Member("to", Day(), _("to")),
        ),
    ),
)
ALLOCATIONS = (
    EventType(
        name="allocation.firmed",
        label=_("Promised"),
        entities=("allocation",),
        place=Place.FIRST,
        body=Members(
            fixed("order", entity("order"), _("order")),
            fixed("plan", entity("plan"), _("plan")),
            optional("run", entity("matchrun"), _("by the run")),
        ),
        private=notes(_KG, Member("price_fen", FEN, _("price, fen/kg"))),
    ),
    EventType(
        name="allocation.picked",
        label=_("Picked"),
        entities=("allocation",),
        body=Members(fixed("lot", LOT, _("lot"))),
        private=notes(_KG),
    ),
    EventType(name="allocation.shipped", label=_("Shipped"), entities=("allocation",), private=notes(_KG)),
    EventType(name="allocation.delivered", label=_("Delivered"), entities=("allocation",), private=notes(_KG)),
    EventType(
        name="allocation.accepted",
        label=_("Accepted"),
        entities=("allocation",),
        body=Members(_BY),
        private=notes(
            Member("accepted_kg", KILOGRAMS_OR_NONE, _("accepted, kg")),
            optional("rejected_kg", KILOGRAMS_OR_NONE, _("rejected, kg")),
        ),
    ),
    EventType(
        name="allocation.released",
        label=_("Promise ended"),
        entities=("allocation",),
        body=Members(Member("reason", Choice(tuple(AllocationEnd.values)), _("reason"))),
        private=notes(_KG),
    ),
    EventType(
        name="allocation.disputed",
        label=_("Disputed"),
        entities=("allocation",),
        body=Members(_BY),
        private=notes(_FEN),
    ),
    EventType(
        name="allocation.dispute_ended",
        label=_("Dispute ended"),
        entities=("allocation",),
        body=Members(Member("outcome", Choice(tuple(Outcome.values)), _("outcome"))),
        private=notes(_FEN),
    ),
)
MONEY = (
    EventType(
        name="statement.issued",
        label=_("Statement issued"),
        entities=("statement",),
        place=Place.FIRST,
        body=Members(
            Member("issued_on", Day(), _("issued on")),
            Member("due_on", Day(), _("due on")),
            Member("allocations", Whole(least=1), _("deliveries")),
        ),
        private=notes(Member("lines", Json(), _("deliveries")), Member("net_fen", FEN, _("to be paid, fen"))),
    ),
    EventType(name="statement.instructed", label=_("Bank instructed"), entities=("statement",), private=notes(_FEN)),
    EventType(
        name="statement.paid",
        label=_("Paid"),
        entities=("statement",),
        body=Members(Member("paid_on", Day(), _("paid on"))),
        private=notes(_FEN, Member("receipt", Text(80), _("bank's receipt"))),
    ),
)
EVENTS = (*OFFERS, *ORDERS, *PLANS, *RUNS, *ALLOCATIONS, *MONEY)
