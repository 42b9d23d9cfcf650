"""Offers while orders are taken from them: locked, and what is left of each counted down."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from uuid import UUID

from django.db.models import Sum

from accounts.models import Membership
from orders.enums import GONE, OfferState
from orders.models import Lane, Node, OrderLine, PresaleOffer
from orders.services.offers import check_price
from traceability.decimals import decimal_text
from traceability.errors import RefusedError

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


class OpenOffers:
    """The offers that some orders name, and what is left of each while orders are taken from them.

    What is left and what is usual is asked of the database once, however many orders follow: each of them finds what
    those before it left.
    """

    def __init__(self, *, membership: Membership) -> None:
        self._membership = membership
        self._offers: dict[UUID, PresaleOffer] = {}
        self._left: dict[UUID, Decimal] = {}
        self._usual: dict[UUID, deque[Decimal]] = {}
        self._lanes: set[tuple[int, int]] = set()

    def open(self, ids: Iterable[UUID], *, lock: bool) -> None:
        """Look at offers that are not open yet; with a lock, in the order of their ids until the transaction ends.

        Two that order the last kilogram at once cannot both have it.
        """
        fresh = set(ids) - self._offers.keys()
        if not fresh:
            return
        found = PresaleOffer.objects.filter(pk__in=fresh).select_related("product").order_by("pk")
        offers = {one.pk: one for one in (found.select_for_update(of=("self",)) if lock else found)}
        self._offers |= offers
        self._left |= left_of_all(offers.values())
        self._usual |= {pk: _lately(offer) for pk, offer in offers.items()}
        lanes = Lane.objects.filter(origin__in={one.ship_region_id for one in offers.values()})
        self._lanes |= set(lanes.values_list("origin", "destination"))

    def __getitem__(self, wanted: Wanted) -> PresaleOffer:
        return self._offers[wanted.offer.pk]

    def check(self, lines: Sequence[Wanted], *, at: datetime) -> None:
        """Check that an order's lines may be taken. Raises RefusedError."""
        for position, line in enumerate(lines):
            self._check(line, f"/lines/{position}", at)
        taken: defaultdict[UUID, Decimal] = defaultdict(Decimal)
        for position, line in enumerate(lines):
            left = self._left[line.offer.pk] - taken[line.offer.pk]
            if line.kg > left:
                raise RefusedError(f"/lines/{position}/kg", "offer_sold_out", kg=decimal_text(left.normalize()))
            taken[line.offer.pk] += line.kg

    def take(self, lines: Sequence[Wanted]) -> None:
        """Count down what the lines of an order take that was checked."""
        for line in lines:
            self._left[line.offer.pk] -= line.kg
            self._usual[line.offer.pk].append(line.kg)

    def _check(self, line: Wanted, pointer: str, at: datetime) -> None:
        offer = self[line]
        if offer.seller_id != self._membership.organisation_id:
            raise RefusedError(f"{pointer}/offer", "unknown_offer")
        if offer.state != OfferState.OPEN:
            raise RefusedError(f"{pointer}/offer", "offer_closed")
        if at > offer.cutoff_at:
            raise RefusedError(f"{pointer}/offer", "offer_over", until=f"{offer.cutoff_at:%Y-%m-%d %H:%M %Z}")
        if line.kg <= 0:
            raise RefusedError(f"{pointer}/kg", "not_positive")
        if (offer.ship_region_id, line.node.pk) not in self._lanes:
            raise RefusedError(f"{pointer}/region", "unknown_region")
        if line.price_fen_per_kg is not None:
            check_price(offer.product, line.price_fen_per_kg, f"{pointer}/price_fen_per_kg")
        known = self._usual[offer.pk]
        if len(known) >= _ENOUGH_LINES and line.kg > _MOST_TIMES_USUAL * median(known):
            raise RefusedError(f"{pointer}/kg", "quantity_out_of_range", usual=decimal_text(median(known).normalize()))


def left_of(offer: PresaleOffer) -> Decimal:
    """Give how many kilograms of an offer nobody has ordered."""
    return left_of_all([offer])[offer.pk]


def left_of_all(offers: Iterable[PresaleOffer]) -> dict[UUID, Decimal]:
    """Give how many kilograms of each offer nobody has ordered."""
    left = {one.pk: one.cap_kg for one in offers}
    lines = OrderLine.objects.filter(offer__in=left).exclude(state__in=GONE).order_by()
    for pk, kg in lines.values_list("offer").annotate(kg=Sum("kg")):
        left[pk] -= kg
    return left


def _lately(offer: PresaleOffer) -> deque[Decimal]:
    """Give what the newest lines of an offer want, the newest last; a further one takes the place of the oldest."""
    most = 5 * _ENOUGH_LINES
    newest = list(offer.lines.order_by("-placed_at", "-pk").values_list("kg", flat=True)[:most])
    return deque(reversed(newest), maxlen=most)
