"""Needs: what a processor, or whoever else takes goods in, says ahead that it will buy.

A need is an order of the party's own, beside no offer: it is matched with plans, promised, delivered and paid like any
other. On the demand board everybody sees it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from orders.access import check_sells
from orders.enums import ChannelKind, DepositKind, LineState, Substitution, Weight
from orders.errors import OrderConflictError
from orders.models import DeliveryWindow, Grade, Node, OrderLine, PresaleOrder, Product
from orders.services.channels import own_channel
from orders.services.conflicts import conflict
from orders.services.events import say
from orders.services.offers import check_mass, check_price
from traceability.errors import RefusedError
from traceability.ledger import canonicalize
from traceability.queries import history
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction
from traceability.standards.days import day_in_china


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """So much of this grade or better is wanted in this window, in this region, at this price."""

    product: Product
    min_grade: Grade
    window: DeliveryWindow
    node: Node
    kg: Decimal
    price_fen_per_kg: int


@business_transaction
def release_need(*, need: Need, entry: Entry, membership: Membership, at: datetime) -> OrderLine:
    """Put a need on the board, and into the next matching.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError, and OrderConflictError where the same id stands
    for another need.
    """
    check_sells(membership)
    content = [_content(need)]
    digest = hashlib.sha256(canonicalize(content)).hexdigest()
    known = OrderLine.objects.select_related("order__channel").filter(order=entry.id).first()
    if known:
        return _same(known, digest, content, membership)
    _check(need, at)
    channel = own_channel(membership, ChannelKind.NEED)
    say(
        "order.placed",
        f"order:{entry.id}",
        entry=entry,
        membership=membership,
        at=at,
        body=members(channel=channel.code, lines=1),
        private=members(number=str(entry.id), content=content),
    )
    order = PresaleOrder.objects.create(
        pk=entry.id,
        channel=channel,
        external_id=str(entry.id),
        buyer=membership.organisation.name,
        placed_at=entry.time,
        content_sha256=digest,
    )
    return _line(order, need, entry)


def _same(known: OrderLine, digest: str, content: list[dict[str, object]], membership: Membership) -> OrderLine:
    # To another party nothing is told of what the id stands for.
    if known.order.channel.organisation_id != membership.organisation_id:
        raise OrderConflictError("/id", "id_of_something_else")
    if known.order.content_sha256 != digest:
        # The row may want less since, so the log's own record is asked.
        first = history.of(known.order.entity)[0].private.get("content", content)
        raise conflict(*(_called(one) for one in (first, content)))
    return known


def _called(content: object) -> dict[str, object]:
    # An order of several lines is no need: all of it differs.
    said = content[0] if isinstance(content, list) and len(content) == 1 else {}
    return {"min_grade" if name == "grade" else name: value for name, value in said.items()}


def _check(need: Need, at: datetime) -> None:
    if need.min_grade.product_id != need.product.pk:
        raise RefusedError("/min_grade", "grade_of_another_product")
    if need.window.product_id != need.product.pk:
        raise RefusedError("/window", "window_of_another_product")
    if need.window.ends_on < day_in_china(at):
        raise RefusedError("/window", "window_in_the_past")
    check_mass(need.kg, "/kg")
    check_price(need.product, need.price_fen_per_kg, "/price_fen_per_kg")


def _content(need: Need) -> dict[str, object]:
    return members(
        product=need.product.code,
        grade=need.min_grade.rank,
        window=f"{need.window.starts_on}/{need.window.ends_on}",
        region=need.node.code,
        kg=need.kg,
        price_fen_per_kg=need.price_fen_per_kg,
    )


def _line(order: PresaleOrder, need: Need, entry: Entry) -> OrderLine:
    facts = {name: getattr(need, name) for name in Need.__slots__}
    return OrderLine.objects.create(
        pk=entry.id_of("line.0"),
        order=order,
        position=0,
        weight=Weight.PLAIN,
        substitution=Substitution.ASK,
        # A plant takes what comes.
        min_accept_bp=0,
        deposit_kind=DepositKind.NONE,
        state=LineState.PLACED,
        placed_at=order.placed_at,
        **facts,
    )
