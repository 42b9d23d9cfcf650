"""Sheets of orders: what a shop or a stream sold, row by row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from accounts.models import Membership
from orders.enums import ChannelKind, OfferState
from orders.models import Campaign, Channel, Grade, Node, PresaleOffer, PresaleOrder, Product
from orders.services.channels import own_channel
from orders.services.placing import OrderFacts, Sent, Wanted, place, place_all
from orders.services.trying import Trial
from traceability.errors import InputError, RefusedError
from traceability.services.entries import Entry
from traceability.services.imports.kind import Rows, SheetOf, Values, kilograms
from traceability.sheets import Column, day, decimal, text, weight
from traceability.standards.days import day_in_china

T = TypeVar("T")

_FEN = 100
_MOST_YUAN = Decimal(100_000)
# A sheet may name something else in every row; what is found of it must not grow with it.
_MOST_NAMES = 10_000


def _write(values: Values, entry: Entry, membership: Membership, at: datetime) -> PresaleOrder:
    return place(facts=_Named(membership, at).order(values), entry=entry, membership=membership, at=at)


def _write_all(rows: Rows, membership: Membership, at: datetime) -> list[InputError | None]:
    def place_them(sent: Sequence[Sent]) -> Iterable[object]:
        return place_all(sent=sent, membership=membership, at=at)

    return _told(_Named(membership, at), rows, place_them)


class _Trial:
    """One look at all rows of a sheet, batch by batch, before any of them is placed."""

    def __init__(self, membership: Membership, at: datetime) -> None:
        self._named, self._trial = _Named(membership, at), Trial(membership)

    def __call__(self, rows: Rows, at: datetime) -> list[InputError | None]:
        return _told(self._named, rows, lambda sent: self._trial.tell(sent, at=at))


def _told(named: "_Named", rows: Rows, look: Callable[[Sequence[Sent]], Iterable[object]]) -> list[InputError | None]:
    read = [_read(named, values, entry) for values, entry in rows]
    found = iter(look([one for one in read if isinstance(one, Sent)]))
    told = [next(found) if isinstance(one, Sent) else one for one in read]
    return [one if isinstance(one, InputError) else None for one in told]


def _read(named: "_Named", values: Values, entry: Entry) -> Sent | InputError:
    try:
        return Sent(facts=named.order(values), entry=entry)
    except InputError as error:
        return error


class _Named:
    """What the cells of some rows name: offers, channels and regions, and what there is not; each asked for once."""

    def __init__(self, membership: Membership, at: datetime) -> None:
        self._membership, self._at = membership, at
        self._found: dict[tuple[object, ...], Any] = {}

    def order(self, values: Values) -> OrderFacts:
        """Give the order that a row tells of. Raises InputError."""
        channel, price = self._once(_channel, values, "channel"), values.get("price")
        wanted = Wanted(
            offer=self._once(_offer, values, "product", "window", "grade"),
            kg=kilograms(values["kg"]) or Decimal(0),
            node=self._once(_node, values, "region"),
            price_fen_per_kg=None if price is None else int(price * _FEN),
        )
        return OrderFacts(
            channel=channel,
            number=values["number"],
            lines=[wanted],
            buyer=values.get("buyer", ""),
            campaign=self._once(_campaign, values, "channel", "campaign"),
        )

    def _once(self, find: Callable[[Values, Membership, datetime], T], values: Values, *names: str) -> T:
        key = (find, *(values.get(name) for name in names))
        if len(self._found) > _MOST_NAMES:
            self._found.clear()
        if key not in self._found:
            self._found[key] = self._look(find, values)
        found: T | _Wrong = self._found[key]
        if isinstance(found, _Wrong):
            raise RefusedError(found.pointer, found.rule, **found.params)
        return found

    def _look(self, find: Callable[[Values, Membership, datetime], T], values: Values) -> "T | _Wrong":
        try:
            return find(values, self._membership, self._at)
        except RefusedError as refused:
            # A wrong name stands in many rows as well. Not the error itself: each time that it is raised it would hold
            # one more row in its traceback.
            return _Wrong(refused.pointer, refused.rule, refused.params)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Why something that is named is not there."""

    pointer: str
    rule: str
    params: Mapping[str, object]


def _channel(values: Values, membership: Membership, _at: datetime) -> Channel:
    if "channel" not in values:
        return own_channel(membership)
    own = Channel.objects.filter(organisation=membership.organisation).exclude(kind=ChannelKind.NEED)
    found = own.filter(code=values["channel"]).first()
    if found is None:
        raise RefusedError("/channel", "unknown_channel")
    return found


def _campaign(values: Values, membership: Membership, at: datetime) -> Campaign | None:
    if "campaign" not in values:
        return None
    found = Campaign.objects.filter(channel=_channel(values, membership, at), code=values["campaign"]).first()
    if found is None:
        raise RefusedError("/campaign", "unknown_campaign")
    return found


def _offer(values: Values, membership: Membership, at: datetime) -> PresaleOffer:
    own = PresaleOffer.objects.filter(product__in=_products(values), seller=membership.organisation).order_by(
        "state", "pk"
    )
    timely = own.filter(window__starts_on=values["window"]).select_related("product")
    found = [one for one in timely.select_related("min_grade") if _is_of(one.min_grade, values.get("grade"))]
    open_ = [one for one in found if one.state == OfferState.OPEN]
    if not found:
        raise _missing(values, own, at, has_window=timely.exists())
    if len(open_) > 1:
        raise RefusedError("/grade", "several_offers")
    return (open_ or found)[0]


def _missing(values: Values, own: QuerySet[PresaleOffer], at: datetime, *, has_window: bool) -> RefusedError:
    """Say which of the cells that lead to an offer leads nowhere."""
    if has_window:
        return RefusedError("/grade", "no_offer_of_grade")
    if own.exists():
        over = values["window"] < day_in_china(at)
        return RefusedError("/window", "window_in_the_past" if over else "no_offer_then")
    return RefusedError("/product", "unknown_offer" if _products(values).exists() else "unknown_product")


def _products(values: Values) -> QuerySet[Product]:
    said = values["product"]
    return Product.objects.filter(Q(name=said) | Q(name_en=said) | Q(code=said))


def _is_of(grade: Grade, said: str | None) -> bool:
    return said is None or said in {grade.name, grade.name_en}


def _node(values: Values, _membership: Membership, _at: datetime) -> Node:
    said = values["region"]
    found = Node.objects.filter(Q(name=said) | Q(name_en=said) | Q(code=said)).first()
    if found is None:
        raise RefusedError("/region", "no_such_region")
    return found


def _identity(values: Values) -> str:
    # A channel gives each number once.
    return f"{values.get('channel', '')} {values['number']}"


def _total(values: Values) -> Mapping[str, Decimal]:
    return {"kg": kilograms(values["kg"]) or Decimal(0)}


ORDERS = SheetOf(
    columns=(
        Column("day", ("下单日期", "day"), day),
        Column("number", ("订单号", "order number"), text(64)),
        Column("product", ("产品", "product"), text(60)),
        Column("window", ("交货开始", "delivery from"), day),
        Column("kg", ("数量", "quantity"), weight()),
        Column("region", ("收货地区", "region"), text(60)),
        Column("grade", ("等级", "grade"), text(40), required=False),
        Column("price", ("单价", "yuan per kg"), decimal(places=2, most=_MOST_YUAN), required=False),
        Column("buyer", ("买家", "buyer"), text(60), required=False),
        Column("channel", ("渠道", "channel"), text(40), required=False),
        Column("campaign", ("活动", "campaign"), text(40), required=False),
    ),
    example=("2026-08-01", "TB-0001", "盘锦稻谷", "2026-10-01", "50公斤", "沈阳", "", "4.20", "示例买家", "", ""),
    write=_write,
    write_all=_write_all,
    trial=_Trial,
    identity=_identity,
    named_by="number",
    total=_total,
    fields={"time": "day", "offer": "window", "price_fen_per_kg": "price"},
)
