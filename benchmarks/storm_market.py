"""What a storm needs beside farms: a market with offers and plans, a mill, and a bank with consents. All generated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from jwcrypto.jwk import JWK

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import members_of
from benchmarks.storm_people import Farm
from benchmarks.storm_world import make_api_key, make_member
from finance.enums import Category, Purpose
from finance.services import cards, consents
from finance.services.clients import Registration, register_client
from orders.enums import ChannelKind
from orders.models import DeliveryWindow, Grade, Lane, Node, PresaleOffer, Product
from orders.services import channels, offers, plans
from traceability.models import Season
from traceability.services.entries import Entry

_REGIONS = (("211100000000", "盘锦"), ("210100000000", "沈阳"))


@dataclass(frozen=True, slots=True)
class Market:
    """What a shop's machine needs."""

    path: str
    offer: str
    region: str
    secret: str


@dataclass(frozen=True, slots=True)
class MillSite:
    """What a mill's machine needs."""

    party: str
    api_key: str


@dataclass(frozen=True, slots=True)
class BankSite:
    """What a bank's machine needs."""

    client_id: str
    key: str
    consents: Sequence[str]


def make_operator(*, at: datetime) -> Membership:
    """Make who runs the platform, and the card that scores are made by."""
    operator = make_member(OrganisationKind.OPERATOR, name="generated operator", number=900, at=at)
    cards.ensure_expert(entry=_entry(at), membership=operator, at=at)
    return operator


def make_market(farms: Sequence[Farm], *, at: datetime) -> Market:
    """Offer rice ahead, and let each farm plan to grow some."""
    seller = make_member(OrganisationKind.MARKETPLACE, name="generated shop", number=901, at=at)
    product = _product(at)
    _lay_roads()
    region = Node.objects.get(code=_REGIONS[0][0])
    offer = _offer(product, region, seller, at=at)
    for farm in farms:
        _plan(farm, product, region, at=at)
    channel = channels.make_channel(code="storm", name="generated", kind=ChannelKind.SHOP, membership=seller)
    secret = channels.new_secret(channel=channel, membership=seller)
    return Market(f"/api/v1/channels/{channel.code}/orders", str(offer.pk), _REGIONS[1][0], secret)


def make_mill(*, at: datetime) -> MillSite:
    """Make a mill."""
    mill = make_member(OrganisationKind.PROCESSOR, name="generated mill", number=902, at=at)
    return MillSite(str(mill.organisation.public_id), make_api_key(mill, at=at))


def make_bank(farms: Sequence[Farm], *, at: datetime) -> BankSite:
    """Make a bank with a machine, and let every farm agree to be asked for."""
    bank = make_member(OrganisationKind.BANK, name="generated bank", number=903, at=at)
    key = JWK.generate(kty="OKP", crv="Ed25519", kid="storm")
    registration = Registration(name="storm", key_set={"keys": [key.export_public(as_dict=True)]})
    client = register_client(registration=registration, membership=bank, at=at)
    agreed = [_agree(farm, bank, at=at) for farm in farms]
    return BankSite(client.application.client_id, key.export(), agreed)


def _agree(farm: Farm, bank: Membership, *, at: datetime) -> str:
    farmer = _season_of(farm)[1]
    terms = consents.Terms(
        recipient=bank.organisation,
        purpose=Purpose.PRE_ASSESSMENT,
        categories=(Category.SCORE,),
        until=(at + timedelta(days=30)).date(),
        max_queries=consents.MOST_QUERIES,
    )
    drafted = consents.draft(
        terms=terms, subject=farmer.organisation, language="zh-hans", entry=_entry(at), membership=farmer, at=at
    )
    return str(consents.grant(consent=drafted, entry=_entry(at), membership=farmer, at=at).pk)


def _product(at: datetime) -> Product:
    product = Product.objects.create(
        code="storm-rice",
        name="generated",
        name_en="generated",
        crop="rice",
        shelf_life_hours=720,
        freeze_days=7,
        reference_fen_per_kg=400,
    )
    Grade.objects.create(product=product, rank=0, name="1")
    for number in range(3):
        first = (at + timedelta(days=30 + 10 * number)).date()
        DeliveryWindow.objects.create(product=product, starts_on=first, ends_on=first + timedelta(days=9))
    return product


def _lay_roads() -> None:
    nodes = [
        Node.objects.create(code=code, name=name, latitude=Decimal(41), longitude=Decimal(122))
        for code, name in _REGIONS
    ]
    for start in nodes:
        for to in nodes:
            Lane.objects.create(origin=start, destination=to, fen_per_kg=0 if start == to else 20, hours=12)


def _offer(product: Product, region: Node, seller: Membership, *, at: datetime) -> PresaleOffer:
    terms = offers.Terms(
        product=product,
        min_grade=product.grades.get(),
        window=product.windows.order_by("starts_on")[0],
        ship_region=region,
        price_fen_per_kg=420,
        cap_kg=Decimal(1_000_000),
        cutoff_at=at + timedelta(days=20),
    )
    return offers.open_offer(terms=terms, entry=_entry(at), membership=seller, at=at)


def _plan(farm: Farm, product: Product, region: Node, *, at: datetime) -> None:
    season, farmer = _season_of(farm)
    expected = plans.Expected(
        grade=product.grades.get(),
        window=product.windows.order_by("starts_on")[0],
        p10_kg=Decimal(800),
        p50_kg=Decimal(1000),
        p90_kg=Decimal(1200),
        ask_fen_per_kg=300,
    )
    facts = plans.PlanFacts(
        plot=season.plot, product=product, variety="generated", area_mu=Decimal(2), node=region, supplies=[expected]
    )
    plans.submit_plan(facts=facts, entry=_entry(at), membership=farmer, at=at)


def _season_of(farm: Farm) -> tuple[Season, Membership]:
    season = Season.objects.select_related("plot__holder").get(pk=farm.season.partition(":")[2])
    return season, members_of(season.plot.holder).select_related("user", "organisation").get()


def _entry(at: datetime) -> Entry:
    return Entry(id=uuid4(), time=at)
