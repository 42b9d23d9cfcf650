"""Who may ask for what: a case for every address, for its owner, a stranger, a key that only reads, and nobody."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from accounts.enums import KeyRole
from accounts.models import Membership
from tests.factories import farm, fruit
from tests.factories.api import Machine
from traceability.api.v1.urls import urlpatterns
from traceability.services.imports import jobs
from traceability.services.imports.jobs import SentSheet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

# Of no thing in particular: each party has its own there.
LISTS = frozenset(
    {"plots", "seasons", "lots", "shipments", "certificates", "imports", "samples", "holds", "recalls", "recipes"}
)
# Nothing is read there; some of them name a thing that must be the party's own before what was sent is looked at.
OF_A_THING = frozenset(
    {
        "acceptance",
        "import-loading",
        "event-correction",
        "sample-report",
        "hold-release",
        "certificate-voiding",
        "certificate-collection",
        "recall-level",
        "recall-widening",
        "recall-answers",
        "recall-closing",
    }
)
WRITTEN_ONLY = frozenset(
    {"harvests", "processes", "intakes", "lot-place", "lot-count", "process-withdrawal", "recipe", *OF_A_THING}
)
TAKES = (LISTS | WRITTEN_ONLY | {"season-events"}) - {"lots", "recipe"}
# What a stranger is told who sends nothing, where it is not that the content is missing.
REFUSED = {"season-events": 404, "imports": 415, **dict.fromkeys(OF_A_THING, 404)}
OF_RECALLS = ("recall", "recall-lots", "recall-level", "recall-widening", "recall-answers", "recall-closing")
# Where a plant's desk is needed.
OF_MAKERS = frozenset(
    {"processes", "intakes", "shipments", "acceptance", "imports", "samples", "recipes", "recipe"}
) | {
    "lot-place",
    "lot-count",
    "process-withdrawal",
}


@pytest.fixture
def addresses(farmer: Membership, processor: Membership, laboratory: Membership) -> Mapping[str, str]:
    lot = farm.make_lot(farmer)
    assert lot.season
    shipment = farm.ship(lot, by=farmer, to=processor)
    sheet = SentSheet(id=uuid4(), kind="plots", file_name="x.csv", data="地块编号,面积,村代码,登记日期".encode())
    sent = jobs.take(sent=sheet, membership=farmer, at=farm.NOW)
    sample = farm.make_sample(farm.make_lot(farmer, lot.season), by=farmer, laboratory=laboratory)
    hold = farm.hold(sample.lot, by=farmer)
    certificate = fruit.issue(fruit.make_fruit(farmer), by=farmer)
    recall = farm.recall(farm.make_lot(farmer, lot.season), by=farmer)
    names: dict[str, list[object]] = {
        **{name: [] for name in LISTS | WRITTEN_ONLY},
        "plot": [lot.season.plot_id],
        "season": [lot.season_id],
        "season-events": [lot.season_id],
        "lot": [lot.pk],
        "lot-events": [lot.pk],
        "genealogy": [lot.pk],
        "bundle": [lot.pk],
        "event": [shipment.pk],
        "shipment": [shipment.pk],
        "acceptance": [shipment.pk],
        **{name: [recall.pk] for name in OF_RECALLS},
        "lot-place": [lot.pk],
        "lot-count": [lot.pk],
        "stock": [],
        "recipe": [1],
        "event-correction": [shipment.pk],
        "process-withdrawal": [uuid4()],
        "sample-report": [sample.pk],
        "hold-release": [hold.pk],
        "certificate": [certificate.pk],
        "certificate-voiding": [certificate.pk],
        "certificate-collection": [certificate.pk],
        "import": [sent.pk],
        "import-loading": [sent.pk],
    }
    return {name: reverse(f"v1:{name}", args=args) for name, args in names.items()}


def statuses(client: Client, addresses: Mapping[str, str], method: str = "get") -> dict[str, int]:
    sent = {"data": "{}", "content_type": "application/json"} if method == "post" else {}
    return {name: getattr(client, method)(url, **sent).status_code for name, url in addresses.items()}


def read_by_the_owner(name: str) -> int:
    if name in WRITTEN_ONLY:
        return 405
    return 302 if name == "bundle" else 200


def test_every_address_has_a_case(addresses: Mapping[str, str]) -> None:
    assert set(addresses) == {pattern.name for pattern in urlpatterns}


def test_the_owner_reads_everything(farmer: Membership, addresses: Mapping[str, str]) -> None:
    expected = {name: read_by_the_owner(name) for name in addresses}

    assert statuses(Machine(farmer).client, addresses) == expected


def test_a_key_that_only_reads_reads_the_same(farmer: Membership, addresses: Mapping[str, str]) -> None:
    reader = Machine(farmer, role=KeyRole.VIEWER)

    assert statuses(reader.client, addresses) == statuses(Machine(farmer).client, addresses)


def test_a_member_who_is_logged_in_reads_the_same(viewer: Membership, addresses: Mapping[str, str]) -> None:
    client = Client()
    client.force_login(viewer.user)

    assert statuses(client, addresses) == {name: read_by_the_owner(name) for name in addresses}


def test_to_a_stranger_nothing_of_anothers_is_there(stranger: Membership, addresses: Mapping[str, str]) -> None:
    own = LISTS | {"stock"}
    expected = {name: 200 if name in own else 405 if name in WRITTEN_ONLY else 404 for name in addresses}
    machine = Machine(stranger)

    assert statuses(machine.client, addresses) == expected
    assert {name: machine.ids(name) for name in LISTS} == {name: [] for name in LISTS}


def test_a_stranger_writes_to_nothing_of_anothers(stranger: Membership, addresses: Mapping[str, str]) -> None:
    before = farm.footprint()
    # Where no thing is named in the address, what was sent is looked at first, and nothing was sent.
    expected = {name: REFUSED.get(name, 400) for name in TAKES}

    found = statuses(Machine(stranger).client, addresses, "post")

    assert found == {name: expected.get(name, 405) for name in addresses}
    assert farm.footprint() == before


def test_a_key_that_only_reads_writes_nothing(farmer: Membership, addresses: Mapping[str, str]) -> None:
    reader = Machine(farmer, role=KeyRole.VIEWER)
    before = farm.footprint()

    assert statuses(reader.client, addresses, "post") == dict.fromkeys(addresses, 403)
    assert farm.footprint() == before


def test_who_has_no_plants_desk_takes_nothing_in(laboratory: Membership, addresses: Mapping[str, str]) -> None:
    found = statuses(Machine(laboratory).client, addresses, "post")

    assert {name for name, status in found.items() if status == 403} == OF_MAKERS


def test_nobody_is_asked_for_a_key(addresses: Mapping[str, str]) -> None:
    assert statuses(Client(), addresses) == dict.fromkeys(addresses, 401)
    assert statuses(Client(), addresses, "post") == dict.fromkeys(addresses, 401)


def test_the_receiver_of_a_delivery_sees_the_lot_and_not_its_field(
    processor: Membership, addresses: Mapping[str, str]
) -> None:
    found = statuses(Machine(processor).client, addresses)

    unseen = {"plot", "season", "season-events", "import", "certificate", "recall", "recall-lots"}
    assert {name for name, status in found.items() if status == 404} == unseen


def test_the_key_of_who_left_opens_nothing(farmer: Membership) -> None:
    machine = Machine(farmer)
    farmer.delete()

    assert machine.get("lots").status_code == 403


def test_what_was_never_made_does_not_exist(farmer: Membership) -> None:
    machine = Machine(farmer)

    assert machine.get(f"lots/{uuid4()}").status_code == 404
    assert machine.get("lots/not-an-id").status_code == 404


def test_what_belongs_to_one_party_stays_out_of_shared_caches(farmer: Membership) -> None:
    assert Machine(farmer).get("lots").headers["Cache-Control"] == "no-store"
