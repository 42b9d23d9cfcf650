from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class ChannelKind(TextChoices):
    """Where orders come from."""

    SHOP = "SHOP", _("shop")
    LIVE = "LIVE", _("live stream")
    OWN = "OWN", _("the seller's own customers")
    NEED = "NEED", _("what the party needs itself")


class DepositKind(TextChoices):
    """What a buyer pays ahead: earnest money binds both sides (Civil Code, art. 586-587), a prepayment does not."""

    NONE = "none", _("nothing ahead")
    EARNEST = "earnest", _("earnest money")
    PREPAYMENT = "prepayment", _("prepayment")


class Substitution(TextChoices):
    """What a buyer lets be delivered in place of what was ordered."""

    NEVER = "never", _("nothing else")
    VARIETY = "variety", _("another variety")
    BETTER = "better", _("a better grade")
    ASK = "ask", _("ask me first")


class Weight(IntegerChoices):
    """How much a line counts where not all can be served: contract before deposit before the rest."""

    PLAIN = 1, _("no deposit")
    DEPOSIT = 2, _("deposit paid")
    CONTRACT = 4, _("contract with deposit")


class OfferState(TextChoices):
    """How an offer stands."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")


class LineState(TextChoices):
    """How an order's line stands."""

    DEPOSIT_PENDING = "deposit_pending", _("waiting for the deposit")
    PLACED = "placed", _("placed")
    MATCHED = "matched", _("matched")
    FIRM = "firm", _("firm")
    IN_FULFILMENT = "in_fulfilment", _("on its way")
    DELIVERED = "delivered", _("delivered")
    ACCEPTED = "accepted", _("accepted as good")
    SETTLED = "settled", _("settled")
    WAITLISTED = "waitlisted", _("on the waiting list")
    SHORT = "short", _("short")
    CANCELLED = "cancelled", _("cancelled")
    EXPIRED = "expired", _("expired")
    REFUNDED = "refunded", _("refunded")


class PlanState(TextChoices):
    """How a planting plan stands."""

    SUBMITTED = "submitted", _("submitted")
    CONFIRMED = "confirmed", _("firm")
    GROWING = "growing", _("growing")
    HARVEST_READY = "harvest_ready", _("ready for harvest")
    HARVESTING = "harvesting", _("being harvested")
    CLOSED = "closed", _("closed")
    FAILED = "failed", _("failed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RunKind(TextChoices):
    """What a matching run decides."""

    PLANNING = "planning", _("what to plant")
    ALLOCATION = "allocation", _("who gets what")
    REPLANNING = "replanning", _("who gets what, anew")


class RunState(TextChoices):
    """How a matching run stands."""

    PROPOSED = "proposed", _("waits for a sign-off")
    PUBLISHED = "published", _("published")
    REJECTED = "rejected", _("not taken")


class AllocationState(TextChoices):
    """How far an allocation is."""

    FIRM = "firm", _("firm")
    PICKED = "picked", _("picked")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    ACCEPTED = "accepted", _("accepted as good")
    SETTLED = "settled", _("settled")
    RELEASED = "released", _("released")
    SUBSTITUTED = "substituted", _("substituted")
    REJECTED = "rejected", _("rejected")
    DISPUTED = "disputed", _("disputed")


class StatementState(TextChoices):
    """How far a statement's money is."""

    ISSUED = "issued", _("issued")
    INSTRUCTED = "instructed", _("instructed to the bank")
    PAID = "paid", _("paid")


class Withdrawal(TextChoices):
    """Why an order's line ends before its goods are accepted."""

    BUYER = "not_wanted", _("the buyer does not want it")
    SELLER = "not_delivered", _("the seller cannot deliver")
    SHORTAGE = "shortage", _("not enough was harvested")
    FORCE_MAJEURE = "force_majeure", _("force majeure")
    EXPIRED = "expired", _("nobody answered in time")


class RevisionReason(TextChoices):
    """Why a yield is estimated anew."""

    ESTIMATE = "estimate", _("the grower's own estimate")
    GROWTH = "growth", _("how the crop grows")
    WEATHER = "weather", _("hail, frost or storm")
    PEST = "pest", _("pests or disease")
    HARVEST = "harvest", _("it was weighed")


class PlanEnd(TextChoices):
    """How a plan ends."""

    WITHDRAWN = "withdrawn", _("it is not grown after all")
    FAILED = "failed", _("nothing can be harvested")
    CLOSED = "closed", _("all is harvested and delivered")


class RunCause(TextChoices):
    """What set a run off."""

    SCHEDULE = "schedule", _("by the calendar")
    ORDERS = "orders", _("orders came or went")
    YIELD = "yield", _("a yield changed")
    HARVEST = "harvest", _("a harvest was weighed")
    QUALITY = "quality", _("an inspection or a recall")
    LANE = "lane", _("a road was closed or opened")
    OPERATOR = "operator", _("an operator asked")


class AllocationEnd(TextChoices):
    """Why a promise ends before its goods are accepted."""

    SHORTAGE = "shortage", _("not enough was harvested")
    CANCELLED = "cancelled", _("the order was cancelled")
    REPLACED = "substituted", _("other goods came in its place")


class Outcome(TextChoices):
    """Who was right in a dispute."""

    FARMER = "for_grower", _("the grower was right")
    BUYER = "for_buyer", _("the buyer was right")


class Answer(TextChoices):
    """What was said to a proposal."""

    ACCEPTED = "accepted", _("agreed to")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("not answered in time")


class RiskAction(TextChoices):
    """What is done about goods that may stay unsold."""

    PRICE = "lower_price", _("ask for less")
    WINDOW = "second_window", _("open a second window")
    PROCESSING = "processing", _("sell to a processor")
    POOL = "pool", _("give it to the cooperative's pool")
    NOTHING = "nothing", _("wait and see")


# Plans of which something may still come.
LIVING = (
    PlanState.SUBMITTED,
    PlanState.CONFIRMED,
    PlanState.GROWING,
    PlanState.HARVEST_READY,
    PlanState.HARVESTING,
)
# Lines that have not ended, and of which nothing is promised yet.
OPEN_LINES = (
    LineState.DEPOSIT_PENDING,
    LineState.PLACED,
    LineState.MATCHED,
    LineState.WAITLISTED,
    LineState.SHORT,
)
# Lines that take nothing of an offer's cap any more.
GONE = (LineState.CANCELLED, LineState.EXPIRED, LineState.REFUNDED)
