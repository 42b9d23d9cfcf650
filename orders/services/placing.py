"""Orders: placed once under a channel's own number, however often they are sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from accounts.models import Membership
from orders.access import check_owns
from orders.deposits import deposit_of
from orders.enums import DepositKind, LineState, Weight
from orders.models import Channel, OrderLine, PresaleOffer, PresaleOrder
from orders.money import fen_of
from orders.services import order_records
from orders.services.conflicts import conflict
from orders.services.order_records import OrderFacts, Said, Sent
from orders.services.taking import OpenOffers, Wanted
from traceability.errors import RefusedError
from traceability.services import chain
from traceability.services.chain import Record
from traceability.services.entries import Entry
from traceability.services.transactions import business_transaction

__all__ = ["OrderFacts", "Sent", "Wanted", "place", "place_all"]

# A channel, and its own number of an order.
Number = tuple[int, str]
Known = dict[Number, PresaleOrder]


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
    check_channels(channels.values(), membership)
    # Of two that come at once under one number, the second sees what the first one left.
    list(Channel.objects.select_for_update(no_key=True).filter(pk__in=channels).order_by("pk"))
    ids = {line.offer.pk for one in sent for line in one.facts.lines}
    offers = OpenOffers(membership=membership)
    offers.open(ids, lock=True)
    taking = _Taking(known_among(sent), offers, membership, at)
    placed = [taking.take(one) for one in sent]
    taking.write()
    return placed


def check_channels(channels: Iterable[Channel], membership: Membership) -> None:
    """Check that a member takes orders in through channels of its own party. Raises NotYoursError, RefusedError."""
    for channel in channels:
        check_owns(membership, channel.organisation)


class _Taking:
    """Orders on their way in: what was found of each, and what is to be written of them all."""

    def __init__(self, known: Known, offers: OpenOffers, membership: Membership, at: datetime) -> None:
        self.known, self.offers, self.membership, self.at = known, offers, membership, at
        # What is not written yet, the log cannot tell.
        self.unwritten: dict[Number, Said] = {}
        self.records: list[Record] = []
        self.orders: list[PresaleOrder] = []
        self.lines: list[OrderLine] = []

    def take(self, one: Sent) -> PresaleOrder | RefusedError:
        number, said = number_of(one.facts), order_records.said(one.facts)
        if number in self.known:
            return same(self.known[number], said, self.unwritten.get(number))
        try:
            self.offers.check(one.facts.lines, at=self.at)
            self.records.append(order_records.record(one, said, membership=self.membership, at=self.at))
        except RefusedError as refused:
            return refused
        self.offers.take(one.facts.lines)
        order = _order(one, order_records.digest(said))
        self.known[number], self.unwritten[number] = order, said
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


def known_among(sent: Sequence[Sent]) -> Known:
    """Give the orders that stand under the numbers of some that are sent, by channel and number."""
    numbers = {number_of(one.facts) for one in sent}
    found = PresaleOrder.objects.filter(
        channel__in={channel for channel, _ in numbers}, external_id__in={number for _, number in numbers}
    )
    return {(one.channel_id, one.external_id): one for one in found}


def number_of(facts: OrderFacts) -> Number:
    """Name an order by its channel and the channel's own number of it."""
    return facts.channel.pk, facts.number


def same(known: PresaleOrder, said: Said, first: Said | None = None) -> PresaleOrder | RefusedError:
    """Give the order that is known where the same is said of it, else the conflict that names what differs."""
    if known.content_sha256 == order_records.digest(said):
        return known
    before = first or order_records.said_first(known, said)
    return conflict(before, said, pointer="/number", rule="order_number_used")


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
        placed_at=order.placed_at,
    )
