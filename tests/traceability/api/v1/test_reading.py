"""What lists and single things tell, page by page."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine

from accounts.models import Membership
from tests.factories import farm
from tests.factories.api import Machine
from tests.factories.log import integrate
from traceability.models import Lot
from traceability.queries import history
from traceability.services import holds
from traceability.services.corrections import apply_correction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def walk(machine: Machine, path: str, **query: str | int) -> list[list[str]]:
    """Follow `next` to the end, and give the ids of each page."""
    pages, answer = [], machine.get(path, **query).json()
    while True:
        pages.append([one["id"] for one in answer["results"]])
        if not answer["next"]:
            return pages
        answer = machine.client.get(answer["next"]).json()


def test_pages_hold_every_lot_once(farmer: Membership, machine: Machine) -> None:
    season = farm.make_season(farmer)
    made = sorted(str(farm.make_lot(farmer, season).pk) for _ in range(5))

    pages = walk(machine, "lots", page_size=2)

    assert pages == [made[0:2], made[2:4], made[4:]]


def test_no_page_is_longer_than_a_hundred(machine: Machine, farmer: Membership) -> None:
    farm.make_plot(farmer)

    assert len(machine.get("plots", page_size=1_000_000).json()["results"]) == 1


def test_lots_are_found_by_their_members(farmer: Membership, machine: Machine) -> None:
    season = farm.make_season(farmer)
    rice = farm.make_lot(farmer, season, code="PJ-1", gtin="09520000000011")
    other = farm.make_lot(farmer, season, code="PJ-2")
    farm.hold(other, by=farmer)
    Lot.objects.filter(pk=rice.pk).update(supplier_code="WJ-7")

    assert machine.ids("lots", gtin="09520000000011") == [str(rice.pk)]
    assert machine.ids("lots", code="PJ-2") == [str(other.pk)]
    assert machine.ids("lots", held="true") == [str(other.pk)]
    assert machine.ids("lots", held="false") == [str(rice.pk)]
    assert machine.ids("lots", supplier_code="wj-7") == [str(rice.pk)]
    assert machine.ids("lots", crop="rice", kind="LOT") == sorted([str(rice.pk), str(other.pk)])
    assert machine.ids("lots", crop="cherry") == []


def test_lots_are_found_by_when_something_was_recorded_of_them(farmer: Membership, machine: Machine) -> None:
    season = farm.make_season(farmer)
    farm.make_lot(farmer, season)
    later = farm.make_lot(farmer, season)
    moment = farm.NOW + timedelta(hours=1)
    with time_machine.travel(moment, tick=False):
        shipped = farm.entry(farm.AUTUMN)
        holds.hold(lots=[later], entry=shipped, reason="suspicion", membership=farmer, at=moment)

    assert len(machine.ids("lots", changed_since=farm.NOW.isoformat())) == 2
    assert machine.ids("lots", changed_since=moment.isoformat()) == [str(later.pk)]
    assert machine.ids("lots", changed_since=(moment + timedelta(seconds=1)).isoformat()) == []


@pytest.mark.parametrize(
    ("path", "query", "pointer", "rule"),
    [
        ("lots", {"gtim": "1"}, "/gtim", "unknown_member"),
        ("lots", {"kind": "BAG"}, "/kind", "invalid_choice"),
        ("lots", {"changed_since": "2026-11-22T08:00:00"}, "/changed_since", "not_a_moment"),
        ("seasons", {"plot": "17"}, "/plot", "invalid"),
        ("plots", {"name": "东大田"}, "/name", "unknown_member"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(
    machine: Machine, path: str, query: dict[str, str], pointer: str, rule: str
) -> None:
    answer = machine.get(path, **query)

    assert answer.status_code == 400
    assert [(one["pointer"], one["rule"]) for one in answer.json()["errors"]] == [(pointer, rule)]


def test_a_lot_is_told_with_units_and_decimals_as_text(farmer: Membership, machine: Machine) -> None:
    lot = farm.make_lot(farmer, kg="1000.5", code="PJ-1", moisture_percent=Decimal("14.50"))

    found = machine.get(f"lots/{lot.pk}").json()

    party = {"id": str(farmer.organisation.public_id), "name": "王家"}
    assert (found["kg"], found["moisture_percent"]) == ("1000.5", "14.5")
    assert (found["registrant"], found["custodian"]) == (party, party)
    assert (found["produced_on"], found["season"], found["held"]) == ("2026-09-28", str(lot.season_id), False)


def test_where_a_lot_lies_is_told_to_its_custodian_alone(
    farmer: Membership, processor: Membership, machine: Machine
) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    Lot.objects.filter(pk=lot.pk).update(place="三号仓")

    assert machine.get(f"lots/{lot.pk}").json()["place"] == ""
    assert Machine(processor).get(f"lots/{lot.pk}").json()["place"] == "三号仓"


def test_records_say_who_vouches_and_where_they_are(farmer: Membership, machine: Machine) -> None:
    season = farm.make_season(farmer)
    sown = farm.log(season, "sown", by=farmer, seed_kg="12")
    integrate()

    opened, found = machine.get(f"seasons/{season.pk}/events").json()["results"]

    assert (opened["type"], opened["eseq"]) == ("season.opened", 0)
    assert (found["id"], found["type"], found["eseq"], found["body"]["seed_kg"]) == (str(sown), "growth.sown", 1, "12")
    assert found["index"] == opened["index"] + 1
    assert found["leaf_hash"] == history.of(season.entity)[1].leaf_hash.hex()
    assert found["vouched_by"] == {
        "attested": "account",
        "actor": str(farmer.user.public_id),
        "party": {"id": str(farmer.organisation.public_id), "name": "王家"},
        "on_behalf_of": None,
    }


def test_a_record_on_its_way_into_the_log_has_no_index(farmer: Membership, machine: Machine) -> None:
    season = farm.make_season(farmer)

    assert machine.get(f"events/{season.pk}").json()["index"] is None


def test_a_corrected_record_says_what_put_it_right(farmer: Membership, machine: Machine) -> None:
    season = farm.make_season(farmer)
    sown = farm.log(season, "sown", by=farmer, seed_kg="12")
    made = farm.entry(farm.AUTUMN)
    put_right = farm.correction(str(sown), seed_kg="14")
    apply_correction(correction=put_right, entry=made, membership=farmer, at=farm.NOW)

    found = machine.get(f"events/{sown}").json()

    assert (found["body"]["seed_kg"], found["withdrawn"]) == ("14", False)
    assert [(one["id"], one["eseq"], one["reason"]) for one in found["corrections"]] == [
        (str(made.id), 2, "typing_error")
    ]


def test_what_a_party_keeps_private_is_told_to_nobody_else(
    farmer: Membership, processor: Membership, machine: Machine
) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)

    assert machine.get(f"events/{shipment.pk}").json()["private"] == {"slip": "SJ-0417"}
    assert Machine(processor).get(f"events/{shipment.pk}").json()["private"] == {}


def test_a_long_history_comes_in_pages(farmer: Membership, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("traceability.api.v1.records.IdCursor.max_page_size", 2)
    season = farm.make_season(farmer)
    for _ in range(4):
        farm.log(season, "irrigated", by=farmer)

    pages = walk(machine, f"seasons/{season.pk}/events")

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == [str(one.id) for one in history.of(season.entity)]


def test_a_family_is_told_both_ways(farmer: Membership, processor: Membership, machine: Machine) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    milled = farm.make_milled(processor, lot)

    down = machine.get(f"lots/{lot.pk}/genealogy", direction="down").json()
    up = Machine(processor).get(f"lots/{milled.pk}/genealogy").json()

    assert [(one["id"], one["steps"]) for one in down["results"]] == [(str(milled.pk), 1)]
    assert [(one["id"], one["steps"]) for one in up["results"]] == [(str(lot.pk), 1)]
    assert machine.get(f"lots/{lot.pk}/genealogy").json()["results"] == []


def test_the_bundle_is_where_anybody_may_read_it(farmer: Membership, machine: Machine) -> None:
    lot = farm.make_lot(farmer)

    assert machine.get(f"lots/{lot.pk}/bundle").headers["Location"] == f"/trace/{lot.pk}/bundle"


def test_both_sides_see_a_shipment(farmer: Membership, processor: Membership, machine: Machine) -> None:
    shipment = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)

    found = Machine(processor).get(f"shipments/{shipment.pk}").json()

    assert (found["state"], found["kg"], found["sender"]["name"]) == ("SHIPPED", "1000", "王家")
    assert machine.ids("shipments", state="SHIPPED", lot=str(shipment.lot_id)) == [str(shipment.pk)]
    assert machine.ids("shipments", state="ACCEPTED") == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_takes_as_many_statements_whatever_its_length(
    farmer: Membership, machine: Machine, count: int, django_assert_num_queries: object
) -> None:
    season = farm.make_season(farmer)
    for _ in range(count):
        farm.make_lot(farmer, season)

    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(machine.ids("lots")) == count


def test_plots_are_told_with_their_boundary(farmer: Membership, machine: Machine) -> None:
    plot = farm.make_plot(farmer, boundary=farm.boundary_bytes(), name="东大田")

    found = machine.get(f"plots/{plot.pk}").json()

    assert UUID(found["id"]) == plot.pk
    assert (found["name"], found["declared_mu"], found["boundary"]["type"]) == ("东大田", "38.6", "Polygon")
