"""What a body names must be the sender's own: each member that names a thing is tried with another party's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
import yaml
from django.db import transaction

from accounts.enums import OrganisationKind
from accounts.models import Membership
from orders.enums import ChannelKind
from orders.models import Channel
from orders.services.channels import new_secret
from tests.factories import credit, farm, fruit, market
from tests.factories.api import Machine
from tests.factories.bank import BankMachine, detail
from tests.factories.parties import make_member
from tests.orders.api.sent import said
from tests.orders.api.test_orders import send
from tests.orders.api.test_planting import growing
from tests.traceability.api.v1.test_schema import COMMITTED

pytestmark = pytest.mark.django_db

REFUSED = frozenset({403, 404, 422})
# Members that name what is everybody's; each with the reason.
EVERYBODYS: Mapping[tuple[str, str], str] = {
    ("intakes", "/supplier"): "a party, and anybody may be named as who supplied",
    ("samples", "/laboratory"): "a party, and any laboratory may be named",
    ("shipments", "/to"): "a party, and anybody may be sent a lot",
    ("order-lines/{line_id}/substitution", "/supply"): "any grower's goods may stand in, and the market shows them all",
}
# Tried in tests of their own below.
ELSEWHERE = frozenset(
    {
        ("bank/queries", "/consent_id"),
        ("bank/loan-postings", "/consent_id"),
        ("channels/{code}/orders", "/lines/0/offer"),
        ("plans/{plan_id}/revision", "/supplies/0/supply"),
        ("plans/{plan_id}/revision", "/because_of"),
    }
)


@dataclass(frozen=True)
class World:
    """A farm and a mill with their things, and a farm and a mill that have nothing to do with them."""

    farmer: Membership
    mill: Membership
    other_farmer: Membership
    other_mill: Membership
    laboratory: Membership
    season: market.Season


@dataclass(frozen=True)
class Body:
    """What is sent where: the owner's machine may, that of a stranger of the same kind may not."""

    by_mill: bool
    sent: Callable[[World], dict[str, Any]]


def _lot(world: World) -> str:
    return str(farm.make_lot(world.farmer).pk)


def _milled(world: World) -> dict[str, Any]:
    lot = farm.give(farm.make_lot(world.farmer), by=world.farmer, to=world.mill)
    return {
        "process": "milling",
        "inputs": [{"lot": str(lot.pk), "kg": "600"}],
        "outputs": [{"kg": "420", "product_form": "milled rice"}],
        "by_products": [{"name": "稻壳", "kg": "180"}],
    }


def _plan(world: World) -> dict[str, Any]:
    return {**growing(), "plot": str(world.season.plan.plot_id), "product": "panjin-rice"}


def _order(world: World) -> dict[str, Any]:
    line = {"offer": str(world.season.open_offer.pk), "kg": "6", "region": "210100000000"}
    return {"number": str(uuid4()), "time": "2026-11-01T10:00:00+08:00", "lines": [line], "buyer": "李女士"}


def _certificate(world: World) -> dict[str, Any]:
    facts = {"product": "丹东草莓", "kg": "100", "origin": "辽宁省丹东市东港市", "contact": "13900000001"}
    return {"lot": str(fruit.make_fruit(world.farmer).pk), "basis": ["quality_control"], **facts}


def _season(world: World) -> dict[str, Any]:
    facts = {"crop": "rice", "variety": "盐丰47", "year": 2026, "area_mu": "38.60"}
    return {"plot": str(farm.make_plot(world.farmer).pk), **facts}


def _receipts(world: World) -> dict[str, Any]:
    payout = world.season.payout
    line = {"payout": str(payout.pk), "number": "B-7", "fen": payout.fen, "paid_on": "2026-10-11"}
    return {"receipts": [line]}


BODIES: Mapping[tuple[str, str], Body] = {
    ("seasons", "/plot"): Body(by_mill=False, sent=_season),
    ("harvests", "/season"): Body(
        by_mill=False, sent=lambda world: {"season": str(farm.make_season(world.farmer).pk), "kg": "10"}
    ),
    ("processes", "/inputs/0/lot"): Body(by_mill=True, sent=_milled),
    ("shipments", "/lot"): Body(
        by_mill=False,
        sent=lambda world: {"lot": _lot(world), "to": str(world.laboratory.organisation.public_id), "kg": "1"},
    ),
    ("samples", "/lot"): Body(
        by_mill=False,
        sent=lambda world: {
            "lot": _lot(world),
            "number": "S-77",
            "laboratory": str(world.laboratory.organisation.public_id),
        },
    ),
    ("holds", "/lot"): Body(by_mill=False, sent=lambda world: {"lot": _lot(world), "reason": "suspicion"}),
    ("certificates", "/lot"): Body(by_mill=False, sent=_certificate),
    ("recalls", "/lot"): Body(
        by_mill=False, sent=lambda world: {"lot": _lot(world), "level": "2", "reason": "contaminant"}
    ),
    ("plans", "/plot"): Body(by_mill=False, sent=_plan),
    ("orders", "/lines/0/offer"): Body(by_mill=True, sent=_order),
    ("payouts/receipts", "/receipts/0/payout"): Body(by_mill=True, sent=_receipts),
}


@pytest.fixture
def world(farmer: Membership, processor: Membership, laboratory: Membership, operator: Membership) -> Iterator[World]:
    with time_machine.travel(farm.NOW, tick=False):
        season = market.furnish(farmer, processor, operator)
        other_farmer = make_member(OrganisationKind.HOUSEHOLD, name="外人一家")
        other_mill = make_member(OrganisationKind.PROCESSOR, name="外人米业")
        market.make_channel(other_mill, "other")
        yield World(farmer, processor, other_farmer, other_mill, laboratory, season)


def test_each_member_that_names_a_thing_is_in_the_table() -> None:
    described = yaml.safe_load(COMMITTED.read_text(encoding="utf-8"))
    named = {
        (path.removeprefix("/api/v1/").replace("/api/bank/v1/", "bank/"), pointer)
        for path, methods in described["paths"].items()
        for one in methods.values()
        for content in one.get("requestBody", {}).get("content", {}).values()
        for pointer in _ids_in(content["schema"], described["components"]["schemas"], "")
        if pointer != "/id"
    }

    assert sorted(named) == sorted({*BODIES, *EVERYBODYS, *ELSEWHERE})


def test_nobody_records_anything_about_what_is_anothers(world: World) -> None:
    found = {key: _statuses(key[0], body, world) for key, body in BODIES.items()}

    # The owner's same body is taken: it is refused for whose thing it names, and for nothing else.
    assert {key: mine for key, (mine, _theirs) in found.items() if mine != 201} == {}
    assert {key: theirs for key, (_mine, theirs) in found.items() if theirs not in REFUSED} == {}


def test_nobody_revises_what_anothers_plan_will_bring(world: World) -> None:
    mine = market.make_plan(world.other_farmer, world.season.product)
    new = {"p10_kg": "10", "p50_kg": "20", "p90_kg": "30"}
    path, machine = f"plans/{mine.pk}/revision", Machine(world.other_farmer)
    theirs = [{**new, "supply": str(world.season.plan.supplies.get().pk)}]
    own = [{**new, "supply": str(mine.supplies.get().pk)}]

    refused = machine.post(path, **said(reason="weather", supplies=theirs))
    their_record = farm.log(farm.make_season(world.farmer), "irrigated", by=world.farmer, water_m3="40")
    because = machine.post(path, **said(reason="weather", supplies=own, because_of=str(their_record)))
    taken = machine.post(path, **said(reason="weather", supplies=own))

    assert (refused.status_code, because.status_code, taken.status_code) == (422, 422, 201)


def test_a_channel_sells_nothing_that_another_party_offers(world: World) -> None:
    theirs = Channel.objects.get(code="other")
    mine = Channel.objects.get(code="shop")

    refused = send(theirs, _order(world), new_secret(channel=theirs, membership=world.other_mill))
    taken = send(mine, _order(world), new_secret(channel=mine, membership=world.mill))

    assert (refused.status_code, taken.status_code) == (422, 201)


def test_no_bank_asks_by_a_consent_that_another_was_given(farmer: Membership) -> None:
    with time_machine.travel(credit.NOW, tick=False):
        first, second = (make_member(OrganisationKind.BANK, name=name) for name in ("甲银行", "乙银行"))
        theirs, own = credit.make_consent(farmer, first), credit.make_consent(farmer, second)
        machine = BankMachine(second)
        found = [_asked_and_told(machine, machine.token(detail(own.pk)), one.pk) for one in (theirs, own)]

    # No card is in use here, which is found out only by who may ask.
    assert found == [(403, 404), (422, 200)]


def _asked_and_told(machine: BankMachine, token: str, consent: UUID) -> tuple[int, int]:
    """Tell how a question and a posting about a consent are answered."""
    body = {"id": str(uuid4()), "consent_id": str(consent)}
    asked = machine.call("POST", "/api/bank/v1/queries", token, body)
    told = {**body, "loan_ref": body["id"], "kind": "application", "amount_fen": 5_000_000, "on": "2026-11-22"}
    posted = machine.call("POST", "/api/bank/v1/loan-postings", token, machine.signed(told))
    return asked.status_code, posted.status_code


def _statuses(path: str, body: Body, world: World) -> tuple[int, int]:
    """Tell how the owner's body is answered, taken back, and how a stranger's."""
    sent = body.sent(world)
    if body.by_mill:
        return _post(world.mill, path, sent), _post(world.other_mill, path, sent)
    return _post(world.farmer, path, sent), _post(world.other_farmer, path, sent)


def _post(member: Membership, path: str, sent: Mapping[str, Any]) -> int:
    """Send it, to one's own channel where it is an order, and take it back."""
    if path == "orders":
        sent = {**sent, "channel": Channel.objects.get(organisation=member.organisation, kind=ChannelKind.LIVE).code}
    else:
        sent = {**said(), **sent}
    with transaction.atomic():
        status: int = Machine(member).post(path, **sent).status_code
        transaction.set_rollback(True)
    return status


def _ids_in(schema: Any, known: Mapping[str, Any], pointer: str) -> Iterator[str]:
    """Find where a schema has ids."""
    if "$ref" in schema:
        schema = known[schema["$ref"].rpartition("/")[2]]
    if schema.get("format") == "uuid":
        yield pointer
    for inner in schema.get("allOf", ()):
        yield from _ids_in(inner, known, pointer)
    if "items" in schema:
        yield from _ids_in(schema["items"], known, f"{pointer}/0")
    for name, inner in schema.get("properties", {}).items():
        yield from _ids_in(inner, known, f"{pointer}/{name}")
