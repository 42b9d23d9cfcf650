"""The market on which a made-up sheet of orders is loaded: one seller, one product, two windows that are open."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation, User
from benchmarks import imports_made
from orders.enums import ChannelKind
from orders.models import DeliveryWindow, Grade, Lane, Node, PresaleOffer, Product
from orders.services import channels, offers, placing
from traceability.services.entries import Entry

# Offers are opened in spring; the sheet comes in summer, when one of them is over.
SPRING, SUMMER = datetime(2026, 4, 1, 1, tzinfo=UTC), datetime(2026, 8, 15, 1, tzinfo=UTC)
_AUTUMN = datetime(2026, 9, 1, tzinfo=UTC)
_CAP_KG = Decimal(10_000_000)
_USUAL_LINES = 20


@dataclass(frozen=True, slots=True)
class _Shop:
    seller: Membership
    product: Product
    region: Node


def make() -> Membership:
    """Make the market, with twenty orders in each offer, so that it is known what is usual; give the seller."""
    shop = _Shop(_seller(), _product(), _regions())
    channel = channels.make_channel(
        code=imports_made.CHANNEL, name="generated", kind=ChannelKind.SHOP, membership=shop.seller
    )
    sale = channels.Sale(
        code=imports_made.CAMPAIGN, name="generated", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 1)
    )
    channels.make_campaign(channel=channel, sale=sale, membership=shop.seller)
    opened = [
        _offer(shop, window, grade) for window in imports_made.WINDOWS for grade in shop.product.grades.order_by("rank")
    ]
    _offer(shop, imports_made.CLOSED_WINDOW, shop.product.grades.get(rank=0), until=SUMMER - timedelta(days=30))
    _offer(shop, imports_made.CLOSED_WINDOW, shop.product.grades.get(rank=1), until=SUMMER - timedelta(days=30))
    for offer in opened:
        for number in range(_USUAL_LINES):
            wanted = placing.Wanted(offer=offer, kg=Decimal(20 + 2 * number), node=shop.region)
            facts = placing.OrderFacts(channel=channel, number=f"{offer.pk}-{number}", lines=[wanted])
            placing.place(facts=facts, entry=_entry(), membership=shop.seller, at=SPRING)
    return shop.seller


def _seller() -> Membership:
    seller = Organisation.objects.create(
        kind=OrganisationKind.COOPERATIVE, name="generated seller", confirmed_at=SPRING
    )
    clerk = User.objects.create(phone="+8613800000000", name="generated")
    return Membership.objects.create(user=clerk, organisation=seller, role=Role.OWNER)


def _product() -> Product:
    product = Product.objects.create(
        code="made-paddy",
        name=imports_made.PRODUCT,
        name_en="generated",
        crop="rice",
        shelf_life_hours=720,
        freeze_days=7,
        reference_fen_per_kg=400,
    )
    Grade.objects.bulk_create(
        Grade(product=product, rank=rank, name=name) for rank, name in enumerate(imports_made.GRADES)
    )
    days = map(date.fromisoformat, (*imports_made.WINDOWS, imports_made.CLOSED_WINDOW))
    DeliveryWindow.objects.bulk_create(
        DeliveryWindow(product=product, starts_on=day, ends_on=day + timedelta(days=9)) for day in days
    )
    return product


def _regions() -> Node:
    names = (*imports_made.REGIONS, imports_made.FAR_REGION)
    nodes = [
        Node.objects.create(code=f"{place:012}", name=name, latitude=41, longitude=122)
        for place, name in enumerate(names)
    ]
    for to in nodes[: len(imports_made.REGIONS)]:
        Lane.objects.create(origin=nodes[0], destination=to, fen_per_kg=20, hours=12)
    return nodes[0]


def _offer(shop: _Shop, starts_on: str, grade: Grade, until: datetime = _AUTUMN) -> PresaleOffer:
    terms = offers.Terms(
        product=shop.product,
        min_grade=grade,
        window=shop.product.windows.get(starts_on=starts_on),
        ship_region=shop.region,
        price_fen_per_kg=420,
        cap_kg=_CAP_KG,
        cutoff_at=until,
    )
    return offers.open_offer(terms=terms, entry=_entry(), membership=shop.seller, at=SPRING)


def _entry() -> Entry:
    return Entry(id=uuid4(), time=SPRING)
