"""A stranger, a viewer and nobody on every page of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from accounts.cards import card_of
from accounts.enums import Role
from accounts.models import Membership
from tests.factories import farm
from tests.factories.pages import client_of
from tests.factories.parties import make_user
from traceability.models import Lot, ProcessRun, Recipe, Shipment
from traceability.web.urls_plant import urlpatterns

pytestmark = pytest.mark.django_db

# Of no thing in particular: each party has a page of its own there.
OWN = frozenset(
    {
        "intake",
        "unannounced",
        "unannounced_of",
        "incoming",
        "shipments",
        "stock",
        "runs",
        "new_run",
        "new_recipe",
        "losses",
        "desk",
    }
)
READING = frozenset({"desk", "intake", "incoming", "shipments", "shipment", "stock", "runs", "run", "losses"})
# Only a button leads there.
POSTED = frozenset({"drop_recipe"})
RECEIVERS = frozenset({"weigh", "refuse"})


@dataclass(frozen=True)
class World:
    addresses: Mapping[str, str]
    shipment: Shipment
    lot: Lot


@pytest.fixture
def world(farmer: Membership, processor: Membership, laboratory: Membership) -> World:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)
    lot = farm.make_lot(farmer)
    farm.make_milled(farmer, farm.make_lot(farmer))
    recipe = Recipe.objects.create(
        organisation=farmer.organisation, name="一级米", step="milling", yield_from_percent=66, yield_to_percent=70
    )
    made = ProcessRun.objects.get()
    names: dict[str, list[object]] = {
        "unannounced_of": [card_of(laboratory.organisation)],
        **{name: [shipment.pk] for name in ("shipment", "weigh", "refuse", "take_back")},
        **{name: [made.pk] for name in ("run", "withdraw")},
        **{name: [recipe.pk] for name in ("recipe", "drop_recipe")},
        **{name: [lot.pk] for name in ("ship", "move", "count")},
    }
    addresses = {str(one.name): reverse(f"plant:{one.name}", args=names.get(str(one.name), [])) for one in urlpatterns}
    return World(addresses, shipment, lot)


def statuses(client: Client, world: World, *, method: str = "get") -> dict[str, int]:
    return {name: getattr(client, method)(url).status_code for name, url in world.addresses.items()}


def test_the_sender_opens_what_is_the_senders(farmer: Membership, world: World) -> None:
    found = statuses(client_of(farmer), world)

    allowed = {name: 405 if name in POSTED else 200 for name in world.addresses}
    assert found == allowed | dict.fromkeys(RECEIVERS, 404)


def test_the_receiver_opens_what_is_the_receivers(desk: Client, world: World) -> None:
    found = statuses(desk, world)

    mine = OWN | RECEIVERS | {"shipment"}
    denied = {name: 405 if name in POSTED else 404 for name in world.addresses}
    assert found == denied | dict.fromkeys(mine, 200)


@pytest.mark.parametrize("method", ["get", "post"])
def test_to_a_stranger_nothing_of_anothers_is_there(stranger: Membership, world: World, method: str) -> None:
    before = farm.footprint()

    found = statuses(client_of(stranger), world, method=method)

    denied = {name: 405 if name in POSTED and method == "get" else 404 for name in world.addresses}
    assert found == denied | dict.fromkeys(OWN, 200)
    assert farm.footprint() == before


def test_nobody_is_asked_to_log_in(world: World) -> None:
    assert set(statuses(client_of(None), world, method="post").values()) == {302}


def test_a_laboratory_has_no_desk(laboratory: Membership, world: World) -> None:
    assert set(statuses(client_of(laboratory), world, method="post").values()) == {404}


def test_viewers_of_both_sides_read_and_write_nothing(viewer: Membership, processor: Membership, world: World) -> None:
    other = Membership.objects.create(user=make_user("看客二"), organisation=processor.organisation, role=Role.VIEWER)

    for one, reading in ((viewer, READING), (other, READING - {"run"})):
        found = statuses(client_of(one), world, method="post")
        assert {name for name, status in found.items() if status == 200} == reading
        assert {status for name, status in found.items() if name not in READING} == {403}
