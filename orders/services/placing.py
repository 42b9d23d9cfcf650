"""Orders: placed once under a channel's own number, however often they are sent."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.db.models import Sum

from accounts.models import Membership
from orders.access import check_owns
from orders.deposits import deposit_of
from orders.enums import GONE, DepositKind, LineState, OfferState, Weight
from orders.errors import OrderConflictError
from orders.models import Campaign, Channel, Lane, Node, OrderLine, PresaleOffer, PresaleOrder
from orders.money import fen_of
from orders.services.events import say
from orders.services.offers import check_price
from traceability.decimals import decimal_text
from traceability.errors import RefusedError
from traceability.ledger import canonicalize
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

# Below so many lines nobody knows what is usual.
_ENOUGH_LINES = 20
_MOST_TIMES_USUAL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One line as it is ordered; without a price, at the offer's."""

    offer: PresaleOffer
    kg: Decimal
    node: Node
    price_fen_per_kg: int | None = None
    split_ok: bool = True
    contract: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as its channel sends it. `buyer` is how the channel calls its customer, and stays private."""

    channel: Channel
    number: str
    lines: Sequence[Wanted]
    buyer: str = ""
    campaign: Campaign | None = None


@business_transaction
def place(*, facts: OrderFacts, entry: Entry, membership: Membership, at: datetime) -> PresaleOrder:
    """Take an order in. The same number with the same content gives the order that there is.

    Caps are kept under a lock on the offers, in the order of their ids: two that order the last kilogram at once
    cannot both have it. Raises NotYoursError, RefusedError, OrderConflictError, EventError, ChainConflictError.
    """
    check_owns(membership, facts.channel.organisation)
    digest = _digest(facts)
    # Of two that come at once under one number, the second sees what the first one left.
    Channel.objects.select_for_update(no_key=True).get(pk=facts.channel.pk)
    known = PresaleOrder.objects.filter(channel=facts.channel, external_id=facts.number).first()
    if known:
        return _same(known, digest)
    offers = _locked([one.offer.pk for one in facts.lines])
    for position, line in enumerate(facts.lines):
        _check(line, offers[line.offer.pk], membership, at=at, pointer=f"/lines/{position}")
    _check_caps(facts.lines, offers)
    _say(facts, entry, membership, at)
    order = PresaleOrder.objects.create(
        pk=entry.id,
        channel=facts.channel,
        external_id=facts.number,
        campaign=facts.campaign,
        buyer=facts.buyer,
        placed_at=entry.time,
        content_sha256=digest,
    )
    OrderLine.objects.bulk_create(
        _row(order, position, line, offers[line.offer.pk], entry) for position, line in enumerate(facts.lines)
    )
    return order


def left_of(offer: PresaleOffer) -> Decimal:
    """Give how many kilograms of an offer nobody has ordered."""
    taken = offer.lines.exclude(state__in=GONE).aggregate(kg=Sum("kg"))["kg"] or Decimal(0)
    return offer.cap_kg - taken


def _locked(ids: Iterable[UUID]) -> dict[UUID, PresaleOffer]:
    found = PresaleOffer.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk")
    return {one.pk: one for one in found}


def _check(line: Wanted, offer: PresaleOffer, membership: Membership, *, at: datetime, pointer: str) -> None:
    if offer.seller_id != membership.organisation_id:
        raise RefusedError(f"{pointer}/offer", "unknown_offer")
    if offer.state != OfferState.OPEN:
        raise RefusedError(f"{pointer}/offer", "offer_closed")
    if at > offer.cutoff_at:
        raise RefusedError(f"{pointer}/offer", "offer_over", until=f"{offer.cutoff_at:%Y-%m-%d %H:%M %Z}")
    if line.kg <= 0:
        raise RefusedError(f"{pointer}/kg", "not_positive")
    if not Lane.objects.filter(origin=offer.ship_region_id, destination=line.node).exists():
        raise RefusedError(f"{pointer}/region", "unknown_region")
    if line.price_fen_per_kg is not None:
        check_price(offer.product, line.price_fen_per_kg, f"{pointer}/price_fen_per_kg")
    _check_usual(line, offer, pointer)


def _check_usual(line: Wanted, offer: PresaleOffer, pointer: str) -> None:
    ordered = offer.lines.order_by("-pk").values_list("kg", flat=True)[: 5 * _ENOUGH_LINES]
    known = list(ordered)
    if len(known) >= _ENOUGH_LINES and line.kg > _MOST_TIMES_USUAL * median(known):
        raise RefusedError(f"{pointer}/kg", "quantity_out_of_range", usual=decimal_text(median(known).normalize()))


def _check_caps(lines: Sequence[Wanted], offers: dict[UUID, PresaleOffer]) -> None:
    left = {pk: left_of(offer) for pk, offer in offers.items()}
    for position, line in enumerate(lines):
        left[line.offer.pk] -= line.kg
        if left[line.offer.pk] < 0:
            kg = decimal_text((left[line.offer.pk] + line.kg).normalize())
            raise RefusedError(f"/lines/{position}/kg", "offer_sold_out", kg=kg)


def _row(order: PresaleOrder, position: int, line: Wanted, offer: PresaleOffer, entry: Entry) -> OrderLine:
    price = offer.price_fen_per_kg if line.price_fen_per_kg is None else line.price_fen_per_kg
    due = deposit_of(amount_fen=fen_of(line.kg, price), deposit_bp=offer.deposit_bp)
    pays_ahead = offer.deposit_kind != DepositKind.NONE and due > 0
    return OrderLine(
        pk=entry.id_of(f"line.{position}"),
        order=order,
        position=position,
        offer=offer,
        product_id=offer.product_id,
        min_grade_id=offer.min_grade_id,
        window_id=offer.window_id,
        node=line.node,
        kg=line.kg,
        price_fen_per_kg=price,
        weight=Weight.CONTRACT if line.contract else Weight.PLAIN,
        split_ok=line.split_ok,
        substitution=offer.substitution,
        min_accept_bp=offer.min_accept_bp,
        deposit_kind=offer.deposit_kind,
        deposit_due_fen=due if pays_ahead else 0,
        state=LineState.DEPOSIT_PENDING if pays_ahead else LineState.PLACED,
    )


def _say(facts: OrderFacts, entry: Entry, membership: Membership, at: datetime) -> None:
    body = members(channel=facts.channel.code, lines=len(facts.lines))
    campaign = facts.campaign.code if facts.campaign else ""
    private = members(number=facts.number, content=_content(facts), buyer=facts.buyer, campaign=campaign)
    inputs = sorted({one.offer.entity for one in facts.lines})
    say(
        "order.placed",
        f"order:{entry.id}",
        entry=entry,
        membership=membership,
        at=at,
        body=body,
        private=private,
        inputs=inputs,
    )


def _content(facts: OrderFacts) -> list[dict[str, object]]:
    return [
        members(
            offer=str(one.offer.pk),
            kg=one.kg,
            region=one.node.code,
            price_fen_per_kg=one.price_fen_per_kg,
            split_ok=one.split_ok,
            contract=one.contract,
        )
        for one in facts.lines
    ]


def _digest(facts: OrderFacts) -> str:
    said = {"buyer": facts.buyer, "campaign": facts.campaign.code if facts.campaign else "", "lines": _content(facts)}
    return hashlib.sha256(canonicalize(said)).hexdigest()


def _same(known: PresaleOrder, digest: str) -> PresaleOrder:
    if known.content_sha256 != digest:
        raise OrderConflictError("/number", "order_number_used")
    return known
