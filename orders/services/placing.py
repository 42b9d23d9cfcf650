"""Orders: placed once under a channel's own number, however often they are sent."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Membership
from orders.access import check_owns
from orders.deposits import deposit_of
from orders.enums import DepositKind, LineState, Weight
from orders.errors import OrderConflictError
from orders.models import Campaign, Channel, OrderLine, PresaleOffer, PresaleOrder
from orders.money import fen_of
from orders.services.events import record
from orders.services.taking import OpenOffers, Wanted
from traceability.errors import RefusedError
from traceability.ledger import canonicalize
from traceability.services import chain
from traceability.services.chain import Record
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction

__all__ = ["OrderFacts", "Sent", "Wanted", "place", "place_all"]

# A channel, and its own number of an order.
Number = tuple[int, str]
Known = dict[Number, PresaleOrder]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order as its channel sends it. `buyer` is how the channel calls its customer, and stays private."""

    channel: Channel
    number: str
    lines: Sequence[Wanted]
    buyer: str = ""
    campaign: Campaign | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One order of many that are taken in together, and the entry that it becomes."""

    facts: OrderFacts
    entry: Entry


@business_transaction
def place(*, facts: OrderFacts, entry: Entry, membership: Membership, at: datetime) -> PresaleOrder:
    """Take an order in. The same number with the same content gives the order that there is.

    Caps are kept under a lock on the offers. Raises NotYoursError, RefusedError, OrderConflictError, EventError,
    ChainConflictError.
    """
    (placed,) = place_all(sent=[Sent(facts=facts, entry=entry)], membership=membership, at=at)
    if isinstance(placed, RefusedError):
        raise placed
    return placed


@business_transaction
def place_all(*, sent: Sequence[Sent], membership: Membership, at: datetime) -> list[PresaleOrder | RefusedError]:
    """Take many orders in, each as if it had come alone and after those before it, and say of each what became of it.

    What is refused leaves nothing behind. Raises NotYoursError, EventError, ChainConflictError: then none is taken.
    """
    channels = {one.facts.channel.pk: one.facts.channel for one in sent}
    for channel in channels.values():
        check_owns(membership, channel.organisation)
    # Of two that come at once under one number, the second sees what the first one left.
    list(Channel.objects.select_for_update(no_key=True).filter(pk__in=channels).order_by("pk"))
    ids = {line.offer.pk for one in sent for line in one.facts.lines}
    taking = _Taking(_known(sent), OpenOffers(ids, membership=membership, at=at), membership, at)
    placed = [taking.take(one) for one in sent]
    taking.write()
    return placed


class _Taking:
    """Orders on their way in: what was found of each, and what is to be written of them all."""

    def __init__(self, known: Known, offers: OpenOffers, membership: Membership, at: datetime) -> None:
        self.known, self.offers, self.membership, self.at = known, offers, membership, at
        self.records: list[Record] = []
        self.orders: list[PresaleOrder] = []
        self.lines: list[OrderLine] = []

    def take(self, one: Sent) -> PresaleOrder | RefusedError:
        number, digest = _number(one.facts), _digest(one.facts)
        if number in self.known:
            return _same(self.known[number], digest)
        try:
            self.offers.check(one.facts.lines)
            self.records.append(_record(one.facts, one.entry, self.membership, self.at))
        except RefusedError as refused:
            return refused
        self.offers.take(one.facts.lines)
        order = _order(one, digest)
        self.known[number] = order
        self.orders.append(order)
        self.lines += [
            _row(order, position, line, self.offers[line], one.entry) for position, line in enumerate(one.facts.lines)
        ]
        return order

    def write(self) -> None:
        if not self.records:
            return
        chain.append_all(self.records, at=self.at)
        PresaleOrder.objects.bulk_create(self.orders)
        OrderLine.objects.bulk_create(self.lines)


def _known(sent: Sequence[Sent]) -> Known:
    numbers = {_number(one.facts) for one in sent}
    found = PresaleOrder.objects.filter(
        channel__in={channel for channel, _ in numbers}, external_id__in={number for _, number in numbers}
    )
    return {(one.channel_id, one.external_id): one for one in found}


def _number(facts: OrderFacts) -> Number:
    return facts.channel.pk, facts.number


def _order(one: Sent, digest: str) -> PresaleOrder:
    return PresaleOrder(
        pk=one.entry.id,
        channel=one.facts.channel,
        external_id=one.facts.number,
        campaign=one.facts.campaign,
        buyer=one.facts.buyer,
        placed_at=one.entry.time,
        content_sha256=digest,
    )


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


def _record(facts: OrderFacts, entry: Entry, membership: Membership, at: datetime) -> Record:
    body = members(channel=facts.channel.code, lines=len(facts.lines))
    campaign = facts.campaign.code if facts.campaign else ""
    private = members(number=facts.number, content=_content(facts), buyer=facts.buyer, campaign=campaign)
    inputs = sorted({one.offer.entity for one in facts.lines})
    return record(
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


def _same(known: PresaleOrder, digest: str) -> PresaleOrder | RefusedError:
    return known if known.content_sha256 == digest else OrderConflictError("/number", "order_number_used")
