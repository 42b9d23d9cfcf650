"""Who may open which page of inspection: a case for every address."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Membership
from tests.factories import farm, fruit
from tests.factories import laboratory as lab
from tests.factories.pages import client_of
from traceability.services.attachments import store_report
from traceability.services.reports import Result, TestReport
from traceability.web.inspection.urls import urlpatterns

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

FOR_EVERY_MEMBER = frozenset({"desk", "find_certificate", "certificate"})
NEVER_OPENED = frozenset({"send", "revoke_key"})


@dataclass(frozen=True)
class World:
    addresses: Mapping[str, str]


@pytest.fixture
def world(farmer: Membership, laboratory: Membership) -> World:
    lot = fruit.make_fruit(farmer)
    found = fruit.issue(lot, by=farmer)
    sample = farm.make_sample(lot, by=farmer, laboratory=laboratory)
    said = TestReport(
        results=[Result(analyte="lead", lod=Decimal("0.01"), unit="mg/kg")], files=[store_report(lab.PDF)]
    )
    lab.report(sample, said, by=laboratory)
    leaf = farm.say(lot.entity)
    hold = farm.hold(lot, by=farmer)
    _, key = lab.make_key(laboratory)
    names: dict[str, list[object]] = {
        "desk": [],
        "send": [],
        "keys": [],
        "revoke_key": [key.pk],
        "lot": [lot.pk],
        "hold": [lot.pk],
        "file": [lot.pk, leaf.id, leaf.attachments[0].sha256],
        "issue": [lot.pk],
        "find_certificate": [],
        "certificate": [found.pk],
        "paper": [found.pk],
        "certificate_qr": [found.pk],
        "void": [found.pk],
        "collect": [found.pk],
        "release": [hold.pk],
    }
    return World({name: reverse(f"inspection:{name}", args=args) for name, args in names.items()})


def opened(member: Membership | None, world: World) -> set[str]:
    client = client_of(member)
    statuses = {name: client.get(url).status_code for name, url in world.addresses.items()}
    assert set(statuses.values()) <= {200, 403, 404, 405}
    return {name for name, status in statuses.items() if status == 200}


def test_every_address_has_a_case(world: World) -> None:
    assert set(world.addresses) == {pattern.name for pattern in urlpatterns}


def test_nobody_is_asked_to_log_in(world: World) -> None:
    client = client_of(None)

    assert {client.get(url).status_code for url in world.addresses.values()} == {302}


def test_the_custodian_opens_what_is_theirs(farmer: Membership, world: World) -> None:
    others = {"keys", "collect"}

    assert opened(farmer, world) == world.addresses.keys() - others - NEVER_OPENED


def test_to_a_stranger_only_the_paper_in_their_hand_is_there(stranger: Membership, world: World) -> None:
    assert opened(stranger, world) == FOR_EVERY_MEMBER


def test_a_viewer_changes_nothing(viewer: Membership, world: World) -> None:
    assert opened(viewer, world) == {
        "desk",
        "lot",
        "file",
        "find_certificate",
        "certificate",
        "paper",
        "certificate_qr",
    }


def test_the_laboratory_sees_the_lot_and_its_own_keys(laboratory: Membership, world: World) -> None:
    assert opened(laboratory, world) == FOR_EVERY_MEMBER | {"keys", "lot", "hold", "file"}


def test_a_regulator_sees_all_and_may_hold_and_release(regulator: Membership, world: World) -> None:
    seen = {"lot", "hold", "file", "paper", "certificate_qr", "release"}

    assert opened(regulator, world) == FOR_EVERY_MEMBER | seen


def test_whom_to_call_is_for_whom_it_concerns(
    farmer: Membership, stranger: Membership, regulator: Membership, world: World
) -> None:
    pages = {
        name: client_of(member).get(world.addresses["certificate"]).content.decode()
        for name, member in {"farmer": farmer, "stranger": stranger, "regulator": regulator}.items()
    }

    assert {name: "13900000001" in page for name, page in pages.items()} == {
        "farmer": True,
        "stranger": False,
        "regulator": True,
    }
