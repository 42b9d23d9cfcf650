"""What is sent becomes one record, through the services that the pages use."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Membership
from tests.factories import farm
from tests.factories.api import Machine
from traceability.models import Lot, Plot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]

ABSENT = "00000000-0000-4000-8000-000000000000"


def said(time: str = "2026-09-28T10:00:00+08:00", **members: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "time": time, **members}


def plot(**members: Any) -> dict[str, Any]:
    facts = {"number": "T-1", "division_code": farm.VILLAGE, "declared_mu": "38.60", "boundary": farm.BOUNDARY}
    moment = {"time": "2026-04-20T09:00:00+08:00"}
    return said(**{**moment, **facts, **members})


def faults(answer: Any) -> list[tuple[str, str]]:
    return [(one["pointer"], one["rule"]) for one in answer.json()["errors"]]


def test_a_field_is_told_from_plot_to_bag(farmer: Membership, processor: Membership, machine: Machine) -> None:
    mill = Machine(processor)
    field = machine.post("plots", **plot())
    opened = said("2026-04-20T10:00:00+08:00", plot=field.json()["id"], crop="rice", variety="盐丰47", year=2026)
    season = machine.post("seasons", **opened, area_mu="38.60")
    watered = said(
        "2026-06-01T10:00:00+08:00", type="growth.irrigated", body={"water_m3": "40"}, private={"note": "满"}
    )
    grown = machine.post(f"seasons/{season.json()['id']}/events", **watered)
    lot = machine.post("harvests", **said(season=season.json()["id"], kg="1000", code="PJ-1"))
    to = str(processor.organisation.public_id)
    sent = machine.post("shipments", **said(lot=lot.json()["id"], to=to, kg="600", slip="SJ-1"))
    taken = mill.post(f"shipments/{sent.json()['id']}/acceptance", **said(gross_kg="900", tare_kg="300"))
    run = mill.post(
        "processes",
        **said(
            "2026-10-05T10:00:00+08:00",
            process="milling",
            inputs=[{"lot": sent.json()["lot"], "kg": "600"}],
            outputs=[{"kg": "420", "product_form": "milled rice", "product_name": "盘锦大米"}],
            by_products=[{"name": "稻壳", "kg": "180"}],
        ),
    )

    answers = (field, season, grown, lot, sent, taken, run)
    assert [one.status_code for one in answers] == [201] * 7, [one.content for one in answers]
    assert (grown.json()["body"], grown.json()["private"]) == (
        {"water_m3": "40", "date": "2026-06-01"},
        {"note": "满"},
    )
    assert (taken.json()["state"], taken.json()["received_kg"]) == ("ACCEPTED", "600")
    (milled,) = run.json()["lots"]
    up = mill.get(f"lots/{milled['id']}/genealogy").json()["results"]
    assert [one["id"] for one in up] == [sent.json()["lot"], lot.json()["id"]]


def test_an_intake_makes_a_lot_that_is_found_by_its_suppliers_number(processor: Membership) -> None:
    mill = Machine(processor)

    made = mill.post(
        "intakes", **said(product_form="paddy", crop="rice", net_kg="800", supplier_code="WJ-7", supplier_name="王五")
    )

    assert (made.status_code, made.json()["kg"]) == (201, "800")
    assert mill.ids("lots", supplier_code="WJ-7") == [made.json()["id"]]


def test_the_same_again_is_recorded_once_and_answered_alike(machine: Machine) -> None:
    sent = plot()
    first = machine.post("plots", **sent)
    before = farm.footprint()

    again = machine.post("plots", **sent)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert farm.footprint() == before


def test_a_lot_that_left_is_still_answered_when_its_shipment_comes_again(
    farmer: Membership, processor: Membership, stranger: Membership
) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    sent = said(lot=str(lot.pk), to=str(stranger.organisation.public_id))
    mill = Machine(processor)
    first = mill.post("shipments", **sent)
    Machine(stranger).post(f"shipments/{first.json()['id']}/acceptance", **said(net_kg="1000"))

    again = mill.post("shipments", **sent)

    assert (again.status_code, again.json()["state"]) == (200, "ACCEPTED")


def test_other_content_under_the_same_id_is_a_conflict(machine: Machine) -> None:
    sent = plot()
    machine.post("plots", **sent)

    answer = machine.post("plots", **{**sent, "declared_mu": "40.00"})

    assert answer.status_code == 409
    assert str(Plot.objects.get().declared_mu) == "38.60"


def test_an_id_of_anothers_record_is_a_conflict(machine: Machine, stranger: Membership) -> None:
    sent = plot()
    machine.post("plots", **sent)

    assert Machine(stranger).post("plots", **sent).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status", "pointer", "rule"),
    [
        ({"declared_mu": 38.6}, 400, "/declared_mu", "not_text"),
        ({"declared_mu": "38.605"}, 400, "/declared_mu", "max_decimal_places"),
        ({"declared_mu": "0"}, 422, "/declared_mu", "not_positive"),
        ({"area": "1"}, 400, "/area", "unknown_member"),
        ({"number": ""}, 400, "/number", "blank"),
        ({"time": "2026-04-20T09:00:00"}, 400, "/time", "not_a_moment"),
        ({"time": "2026-04-20T09:00:00-14:01"}, 400, "/time", "not_a_moment"),
        ({"time": "9999-12-31T23:59:59Z"}, 400, "/time", "not_a_moment"),
        ({"time": "0001-01-01T00:00:00+08:00"}, 400, "/time", "not_a_moment"),
        ({"time": "2027-04-20T09:00:00+08:00"}, 422, "/time", "in_the_future"),
        ({"id": "17"}, 400, "/id", "invalid"),
        ({"division_code": "211104000000"}, 422, "/division_code", "division_not_a_village"),
        ({"note": "a\u202eb"}, 422, "/note", "text_not_printable"),
        ({"boundary": {"type": "Line"}}, 422, "/boundary/type", "unknown_geometry"),
    ],
)
def test_what_is_wrong_with_a_plot_is_named(
    machine: Machine, changes: dict[str, Any], status: int, pointer: str, rule: str
) -> None:
    before = farm.footprint()

    answer = machine.post("plots", **plot(**changes))

    assert (answer.status_code, faults(answer)) == (status, [(pointer, rule)])
    assert farm.footprint() == before


@pytest.mark.parametrize(
    ("sent", "pointer", "rule"),
    [
        ({"type": "growth.irrigated", "body": {"water_m3": "0"}}, "/body/water_m3", "not_positive"),
        ({"type": "growth.irrigated", "body": {"depth": "1"}}, "/body/depth", "unknown_member"),
        ({"type": "growth.irrigated", "body": {"date": "2026-06-01"}}, "/body/date", "unknown_member"),
        ({"type": "growth.irrigated", "private": {"secret": "1"}}, "/private/secret", "unknown_member"),
        ({"type": "growth.dreamt"}, "/type", "unknown_event_type"),
        ({"type": "lot.harvested"}, "/type", "not_a_growth_event"),
        ({"type": "growth.photographed"}, "/photo", "photo_missing"),
        (
            {"type": "growth.sown", "body": {"seed_kg": "9", "typed": {"value": "20", "unit": "jin"}}},
            "/body/typed",
            "typed_disagrees",
        ),
    ],
)
def test_what_is_wrong_with_work_on_a_season_is_named(
    farmer: Membership, machine: Machine, sent: dict[str, Any], pointer: str, rule: str
) -> None:
    season = farm.make_season(farmer)

    answer = machine.post(f"seasons/{season.pk}/events", **said("2026-06-01T10:00:00+08:00", **sent))

    assert (answer.status_code, faults(answer)) == (422, [(pointer, rule)])


@pytest.mark.parametrize(
    ("path", "sent", "pointer", "rule"),
    [
        (
            "seasons",
            {"plot": ABSENT, "crop": "rice", "variety": "盐丰47", "year": 2026, "area_mu": "1"},
            "/plot",
            "unknown_plot",
        ),
        ("harvests", {"season": ABSENT, "kg": "1"}, "/season", "unknown_season"),
        ("shipments", {"lot": ABSENT, "to": ABSENT}, "/lot", "unknown_lot"),
        ("intakes", {"product_form": "paddy", "net_kg": "1", "supplier": ABSENT}, "/supplier", "unknown_party"),
        (
            "processes",
            {"process": "milling", "inputs": [{"lot": ABSENT, "kg": "1"}], "outputs": []},
            "/inputs/0/lot",
            "unknown_lot",
        ),
    ],
)
def test_what_is_not_there_is_named(machine: Machine, path: str, sent: dict[str, Any], pointer: str, rule: str) -> None:
    answer = machine.post(path, **said(**sent))

    assert (answer.status_code, faults(answer)) == (422, [(pointer, rule)])


def test_what_is_wrong_deep_inside_is_named(machine: Machine) -> None:
    answer = machine.post(
        "processes",
        **said(process="milling", inputs=[{"lot": ABSENT, "kg": 1}], outputs=[{"kg": "1", "shape": "round"}]),
    )

    assert answer.status_code == 400
    assert faults(answer) == [("/inputs/0/kg", "not_text"), ("/outputs/0/shape", "unknown_member")]


def test_errors_are_told_in_chinese(farmer: Membership) -> None:
    machine = Machine(farmer, language="zh-hans")

    strange = machine.post("plots", **plot(area="1")).json()["errors"]
    absent = machine.post("shipments", **said(lot=ABSENT, to=ABSENT)).json()["errors"]
    missing = machine.post("plots").json()["errors"]

    assert [one["message"] for one in absent] == ["没有这个批次，或者它不在您手中"]
    assert strange[0]["pointer"] == "/area"
    assert not strange[0]["message"].isascii()
    assert not missing[0]["message"].isascii()


def test_no_more_is_shipped_than_there_is(farmer: Membership, processor: Membership, machine: Machine) -> None:
    lot = farm.make_lot(farmer)

    answer = machine.post("shipments", **said(lot=str(lot.pk), to=str(processor.organisation.public_id), kg="1000.001"))

    assert (answer.status_code, faults(answer)) == (422, [("/kg", "more_than_there_is")])
    assert str(Lot.objects.get().kg) == "1000.000"


def test_nobody_ships_what_is_anothers(farmer: Membership, processor: Membership, machine: Machine) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)

    answer = machine.post("shipments", **said(lot=str(lot.pk), to=str(processor.organisation.public_id)))

    assert answer.status_code == 404


@pytest.mark.parametrize("sent", ["[]", "17", "null", '"x"', "{"])
def test_what_is_no_object_is_refused(machine: Machine, sent: str) -> None:
    answer = machine.client.post("/api/v1/plots", sent, content_type="application/json")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
