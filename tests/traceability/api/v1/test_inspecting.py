"""Samples, reports, holds, certificates and recalls, as a partner's machine tells them."""

from base64 import b64encode
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Membership
from tests.factories import farm, fruit
from tests.factories import laboratory as lab
from tests.factories.api import Machine
from traceability.models import Hold, Lot

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def said(**members: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "time": "2026-10-10T10:00:00+08:00", **members}


def faults(answer: Any) -> list[tuple[str, str]]:
    return [(one["pointer"], one["rule"]) for one in answer.json()["errors"]]


@pytest.fixture
def lot(farmer: Membership) -> Lot:
    return farm.make_lot(farmer)


def cadmium(value: str, **members: Any) -> dict[str, Any]:
    return said(results=[{"analyte": "cadmium", "unit": "mg/kg", "value": value}], report_no="R-1", **members)


def test_a_report_that_fails_holds_the_lot_and_who_held_it_lets_it_go(
    lot: Lot, machine: Machine, laboratory: Membership
) -> None:
    bench = Machine(laboratory)
    where = str(laboratory.organisation.public_id)
    sample = machine.post("samples", **said(lot=str(lot.pk), number="S-1", laboratory=where, kg="0.5"))
    assert sample.status_code == 201, sample.content
    pdf = b64encode(lab.PDF).decode()

    reported = bench.post(f"samples/{sample.json()['id']}/report", **cadmium("0.210", pdf=pdf))

    assert reported.status_code == 201, reported.content
    assert [one["value"] for one in farm.say(lot.entity, number=-2).body["results"]] == ["0.210"]
    assert (reported.status_code, reported.json()["held"], reported.json()["reported_on"]) == (201, True, "2026-10-10")
    (hold,) = machine.get("holds", in_force="true").json()["results"]
    assert (hold["lot"], hold["reason"], hold["party"]["id"]) == (str(lot.pk), "failed_test", where)
    released = bench.post(f"holds/{hold['id']}/release", **said(reason="tested_again"))
    assert released.status_code == 201, released.content
    assert released.json()["released_at"] == "2026-10-10T10:00:00+08:00"
    assert machine.ids("holds", in_force="true") == []
    assert [one["type"] for one in machine.get(f"lots/{lot.pk}/events").json()["results"]][-3:] == [
        "test.reported",
        "lot.held",
        "lot.released",
    ]


def test_a_report_names_what_is_wrong_in_it(lot: Lot, farmer: Membership, laboratory: Membership) -> None:
    sample = farm.make_sample(lot, by=farmer, laboratory=laboratory)
    bench = Machine(laboratory)
    address = f"samples/{sample.pk}/report"
    twice = cadmium("0.1")
    twice["results"] *= 2

    assert faults(bench.post(address, **twice)) == [("/results/1/analyte", "repeated_analyte")]
    assert faults(bench.post(address, **cadmium("0.1", pdf="?"))) == [("/pdf", "not_a_pdf")]
    no_pdf = b64encode(b"no report").decode()
    assert faults(bench.post(address, **cadmium("0.1", pdf=no_pdf))) == [("/pdf", "not_a_pdf")]
    assert Machine(farmer).post(address, **cadmium("0.1")).status_code == 404
    assert Hold.objects.count() == 0


def test_a_lot_is_held_once_however_often_it_is_sent(lot: Lot, machine: Machine) -> None:
    sent = said(lot=str(lot.pk), reason="suspicion", note="气味不对")

    first, again = machine.post("holds", **sent), machine.post("holds", **sent)

    assert (first.status_code, again.json()) == (201, first.json())
    assert Hold.objects.count() == 1
    assert faults(machine.post("holds", **said(lot=str(lot.pk), reason="authority"))) == [("", "hold_not_yours")]
    assert faults(machine.post("holds", **said(lot=str(uuid4()), reason="suspicion"))) == [("/lot", "unknown_lot")]


def test_a_certificate_is_issued_collected_and_voided(farmer: Membership, processor: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    seller, buyer = Machine(farmer), Machine(processor)
    facts = {"product": "丹东草莓", "kg": "100", "origin": "辽宁省丹东市东港市", "contact": "13900000001"}

    issued = seller.post("certificates", **said(lot=str(lot.pk), basis=["quality_control"], **facts))

    assert issued.status_code == 201, issued.content
    address = f"certificates/{issued.json()['id']}"
    assert buyer.post(f"{address}/collection", **said()).status_code == 404
    farm.ship(lot, by=farmer, to=processor)
    assert buyer.post(f"{address}/collection", **said()).status_code == 201
    assert buyer.get(address).json()["number"] == issued.json()["number"]
    voided = seller.post(f"{address}/voiding", **said(reason="wrong_content"))
    assert (voided.status_code, voided.json()["void_reason"]) == (201, "wrong_content")
    assert buyer.post(f"{address}/voiding", **said(reason="wrong_content")).status_code == 404


def test_a_recall_runs_from_its_opening_to_its_figures(
    farmer: Membership, processor: Membership, regulator: Membership
) -> None:
    taken = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    office, mill = Machine(regulator), Machine(processor)

    opened = office.post("recalls", **said(lot=str(taken.pk), level="2", reason="contaminant"))

    assert (opened.status_code, opened.json()["lots_count"]) == (201, 1), opened.content
    address = f"recalls/{opened.json()['id']}"
    assert office.post(f"{address}/level", **said(level="1")).json()["level"] == "1"
    assert faults(office.post(f"{address}/widening", **said())) == [("", "nothing_to_widen")]
    assert office.ids(f"{address}/lots") == mill.ids(f"{address}/lots") == [str(taken.pk)]
    too_much = said(found_kg="900", blocked_kg="901", destroyed_kg="0")
    assert faults(mill.post(f"{address}/answers", **too_much)) == [("/blocked_kg", "more_than_found")]
    answered = mill.post(f"{address}/answers", **said(found_kg="900", blocked_kg="900", destroyed_kg="100"))
    assert answered.status_code == 201, answered.content
    progress = office.get(address).json()["progress"]
    assert progress["totals"] == {
        "holders": 1,
        "answered": 1,
        "found_kg": "900",
        "blocked_kg": "900",
        "destroyed_kg": "100",
    }
    assert [one["party"]["name"] for one in progress["holders"]] == [processor.organisation.name]
    assert mill.get(address).json()["progress"]["holders"] == []
    assert mill.post(f"{address}/closing", **said()).status_code == 404
    closed = office.post(f"{address}/closing", **said(note="完"))
    assert (closed.status_code, closed.json()["minutes"]) == (201, 0)
    assert office.ids("recalls", closed="true") == [opened.json()["id"]]
    assert office.ids("recalls", closed="false", drill="false") == []


def test_a_record_is_corrected_and_a_run_taken_back(farmer: Membership, processor: Membership) -> None:
    taken = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    mill = Machine(processor)
    run = said(
        process="milling",
        inputs=[{"lot": str(taken.pk), "kg": "600"}],
        outputs=[{"kg": "420", "product_form": "milled rice"}],
        balance_reason="糠没有过磅",
    )
    mill.post("processes", **run)
    back = mill.post(f"processes/{run['id']}/withdrawal", **said(reason="did_not_occur"))
    assert back.status_code == 201, back.content
    assert mill.get(f"lots/{taken.pk}").json()["kg"] == "1000"
    harvest = farm.say(farm.make_lot(farmer).entity, number=0)
    left = farm.say(taken.entity, number=0)

    wrong = {"reason": "typing_error", "body": {"kg": "990"}}
    fixed = Machine(farmer).post(f"events/{harvest.id}/correction", **said(**wrong))
    too_late = Machine(farmer).post(f"events/{left.id}/correction", **said(**wrong))

    assert (fixed.status_code, fixed.json()["body"]["kg"]) == (201, "990"), fixed.content
    assert faults(too_late) == [("/body/kg", "not_in_your_hands")]
    assert mill.post(f"events/{harvest.id}/correction", **said(reason="typing_error")).status_code == 404


def test_stock_is_put_away_and_counted(lot: Lot, machine: Machine) -> None:
    machine.post(f"lots/{lot.pk}/place", **said(place="一号库"))
    unexplained = machine.post(f"lots/{lot.pk}/count", **said(kg="990"))
    counted = machine.post(f"lots/{lot.pk}/count", **said(kg="990", reason="spillage"))

    assert faults(unexplained) == [("/reason", "count_unexplained")]
    assert counted.status_code == 201, counted.content
    (place,) = machine.get("stock").json()["places"]
    assert (place["place"], place["kg"], [one["id"] for one in place["lots"]]) == ("一号库", "990", [str(lot.pk)])


def test_recipes_are_kept_changed_and_dropped(processor: Membership, stranger: Membership) -> None:
    mill, other = Machine(processor), Machine(stranger)
    recipe = {
        "name": "精米",
        "step": "milling",
        "yield_from_percent": "65",
        "yield_to_percent": "70",
        "by_products": ["米糠"],
    }
    made = mill.post("recipes", **recipe).json()
    address = f"/api/v1/recipes/{made['id']}"

    assert faults(mill.post("recipes", **recipe)) == [("/name", "name_taken")]
    changed = mill.client.put(address, {**recipe, "yield_to_percent": "72"}, content_type="application/json")
    assert changed.json() == {"id": made["id"], **recipe, "yield_to_percent": "72"}
    assert other.client.delete(address).status_code == 404
    assert mill.client.delete(address).status_code == 204
    assert mill.ids("recipes") == []
