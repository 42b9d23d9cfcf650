"""What the market stands on: products with grades and windows, regions and roads, channels and campaigns."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounts.models import Membership
from config.demo.tables import table
from orders.models import Campaign, Channel, DeliveryWindow, Grade, Lane, Node, Product
from orders.services.channels import own_channel

Row = Mapping[str, Any]
# Yuan cents for a kilogram between two regions of the story, and the hours on the road.
_FREIGHT, _HOURS, _KEEPS_HOURS = 12, 6, 2400


def lay_ground() -> None:
    """Make what the operator keeps, where it is not there yet."""
    for row in table("market")["products"]:
        _product(row)
    nodes = [_node(row) for row in table("market")["nodes"]]
    for start in nodes:
        for to in nodes:
            said = {"fen_per_kg": 0 if start == to else _FREIGHT, "hours": _HOURS}
            Lane.objects.get_or_create(origin=start, destination=to, defaults=said)


def grade_of(product: Product, rank: int = 1) -> Grade:
    """Give the grade that most of the story is traded in: the second."""
    return product.grades.get(rank=rank)


def window_of(product: Product, row: Row) -> DeliveryWindow:
    """Find the window that a row names by its place."""
    starts_on = _said(product.code)["windows"][row["window"]][0]
    return product.windows.get(starts_on=starts_on)


def channel_of(member: Membership, campaign: Campaign | None) -> Channel:
    """Give the channel of a campaign, else that of the seller's own customers; campaigns are made at the first call."""
    if not Channel.objects.filter(code=table("market")["channels"][0]["code"]).exists():
        _channels(member)
    return campaign.channel if campaign else own_channel(member)


def campaign_of(member: Membership, code: str) -> Campaign | None:
    """Find a campaign of the story by its code."""
    channel_of(member, None)
    return Campaign.objects.select_related("channel__organisation").filter(code=code).first()


def _channels(member: Membership) -> None:
    for row in table("market")["channels"]:
        said = {name: row[name] for name in ("code", "name", "kind")}
        Channel.objects.create(organisation=member.organisation, clerk=member.user, **said)
    for row in table("market")["campaigns"]:
        channel = Channel.objects.get(code=row["channel"])
        said = {name: row[name] for name in ("code", "name", "starts_on", "ends_on")}
        Campaign.objects.create(channel=channel, **said)


def _said(code: str) -> Row:
    found: Row = next(row for row in table("market")["products"] if row["code"] == code)
    return found


def _product(row: Row) -> Product:
    said = {name: row[name] for name in ("name", "name_en", "crop", "freeze_days")}
    said |= {"shelf_life_hours": _KEEPS_HOURS, "reference_fen_per_kg": row["usual"]}
    product, _made = Product.objects.get_or_create(code=row["code"], defaults=said)
    for rank, (name, name_en) in enumerate(row["grades"]):
        Grade.objects.get_or_create(product=product, rank=rank, defaults={"name": name, "name_en": name_en})
    for starts_on, ends_on in row["windows"]:
        DeliveryWindow.objects.get_or_create(product=product, starts_on=starts_on, ends_on=ends_on)
    return product


def _node(row: Row) -> Node:
    said = {name: row[name] for name in ("name", "name_en")}
    said |= {"latitude": Decimal(row["latitude"]), "longitude": Decimal(row["longitude"])}
    return Node.objects.get_or_create(code=row["code"], defaults=said)[0]
