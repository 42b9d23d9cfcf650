"""What the desk of a plant shows: deliveries, what a scan finds, the store, and what may come in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum

from accounts.cards import find_by_card
from accounts.models import Membership, Organisation
from traceability.enums import ShipmentState
from traceability.models import Lot, LotLink, Recipe, Season, Shipment
from traceability.queries.lots import lots_visible_to, stock_of

# As many as a person looks through after a scan.
_MOST_FOUND = 20
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LINK = re.compile(r"/01/([0-9]{14})/10/([^/?#\s]+)")


def shipments_to(membership: Membership) -> QuerySet[Shipment]:
    """List what was sent to the party: what waits for an answer first, the oldest of it first."""
    return _shipments().filter(receiver=membership.organisation_id).order_by(_waiting_first(), "shipped_on", "pk")


def shipments_from(membership: Membership) -> QuerySet[Shipment]:
    """List what the party sent, in the same order."""
    return _shipments().filter(sender=membership.organisation_id).order_by(_waiting_first(), "shipped_on", "pk")


def shipments_of(membership: Membership) -> QuerySet[Shipment]:
    """List what the party sent or was sent."""
    party = membership.organisation_id
    return _shipments().filter(Q(sender=party) | Q(receiver=party))


def waiting_deliveries(membership: Membership) -> QuerySet[Shipment]:
    """List what is on the way to the party and waits for its scale."""
    return shipments_to(membership).filter(state=ShipmentState.SHIPPED)


def waiting_answers(membership: Membership) -> QuerySet[Shipment]:
    """List what the party sent and nobody has weighed yet."""
    return shipments_from(membership).filter(state=ShipmentState.SHIPPED)


def _shipments() -> QuerySet[Shipment]:
    return Shipment.objects.select_related("lot__registrant", "sender", "receiver")


def _waiting_first() -> Any:
    return F("answered_on").desc(nulls_first=True)


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a code at the scale may mean: deliveries that wait, lots that the party may see, and whose card it is."""

    deliveries: list[Shipment] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    supplier: Organisation | None = None
    # A lot of somebody else's, named by its own code, that nobody sent here.
    elsewhere: Lot | None = None


def scan(membership: Membership, text: str) -> Scanned:
    """Find what a scanned or typed text names: a card, a lot's code or address, a supplier's lot number, a slip."""
    text = text.strip()
    ids = [UUID(one) for one in _UUID.findall(text)]
    link = _LINK.search(text)
    by_link = Q(gtin=link[1], code=unquote(link[2])) if link else Q(pk__in=[])
    named = Q(pk__in=ids) | by_link
    typed = Q(code__iexact=text) | Q(supplier_code__iexact=text)
    # By the signed card alone: pseudonyms stand in the public log, and would tell every household's name.
    supplier = find_by_card(text)
    lots = list(lots_visible_to(membership).filter(named | typed)[:_MOST_FOUND])
    known = Lot.objects.filter(named).select_related("registrant", "custodian").first()
    about = Q(lot__in=[*lots, *([known] if known else [])]) | Q(pk__in=ids) | Q(slip__iexact=text)
    # The label on the sacks may still be that of the lot of which this is a part.
    part = LotLink.objects.filter(product=OuterRef("lot"), source=known) if known else LotLink.objects.none()
    deliveries = waiting_deliveries(membership).filter(about | Q(sender=supplier) | Exists(part))
    elsewhere = known if known and known not in lots else None
    return Scanned(list(deliveries[:_MOST_FOUND]), lots, supplier, elsewhere)


@dataclass(frozen=True, slots=True)
class PlaceStock:
    """What lies at one place; of lots whose quantity nobody knows, nothing is in `kg`."""

    place: str
    lots: list[Lot]

    @property
    def kg(self) -> Decimal:
        """All kilograms at the place."""
        return sum((lot.kg for lot in self.lots if lot.kg), Decimal(0))


def stock_by_place(membership: Membership) -> list[PlaceStock]:
    """List the stock of the party by its places, what was not put away last; the oldest lots first."""
    found: dict[str, list[Lot]] = {}
    for lot in stock_of(membership):
        found.setdefault(lot.place, []).append(lot)
    return [PlaceStock(place, lots) for place, lots in sorted(found.items(), key=lambda one: (not one[0], one[0]))]


def places_of(membership: Membership) -> list[str]:
    """List the places at which the party has, or had, lots in hand."""
    held = Lot.objects.filter(custodian=membership.organisation_id).exclude(place="")
    return sorted(held.values_list("place", flat=True).distinct())


def recipes_of(membership: Membership) -> QuerySet[Recipe]:
    """List the party's recipes, by step and name."""
    return Recipe.objects.filter(organisation=membership.organisation_id).order_by("step", "name", "pk")


def suppliers_of(membership: Membership) -> QuerySet[Organisation]:
    """List the parties that ever sent something to the party, by name."""
    sent = Shipment.objects.filter(sender=OuterRef("pk"), receiver=membership.organisation_id)
    made = Lot.objects.filter(registrant=OuterRef("pk"), custodian=membership.organisation_id)
    others = Organisation.objects.exclude(pk=membership.organisation_id)
    return others.filter(Exists(sent) | Exists(made)).order_by("name", "pk")


def seasons_coming(membership: Membership, *, year: int) -> QuerySet[Season]:
    """List this year's seasons of known suppliers of which nothing was harvested yet."""
    suppliers = suppliers_of(membership).values("pk")
    open_ = Season.objects.filter(plot__holder__in=suppliers, year=year, harvested_kg=0, plot__retired=False)
    return open_.select_related("plot__holder").order_by("crop", "plot__holder__name", "pk")


def stock_total(membership: Membership) -> tuple[int, Decimal]:
    """Give the number of lots in stock and their kilograms."""
    found = stock_of(membership).order_by().aggregate(count=Count("pk"), kg=Sum("kg"))
    return found["count"], found["kg"] or Decimal(0)


def picks_of(stock: Sequence[Lot]) -> list[tuple[UUID, Decimal]]:
    """Give the stock as first-in-first-out picking takes it."""
    return [(lot.pk, lot.kg) for lot in stock if lot.kg]
