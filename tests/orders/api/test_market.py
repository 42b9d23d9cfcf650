"""The picture, the board, needs and runs, as machines read and write them."""

import hashlib

import pytest

from accounts.models import Membership
from tests.factories import market
from tests.factories.api import Machine
from tests.orders.api.sent import found, rules, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def test_picture_is_given_by_window_week_and_region(farmer: Membership, season: market.Season) -> None:
    machine = Machine(farmer)

    (whole,) = found(machine.get("market"))
    (by_week,) = found(machine.get("market", by="week"))
    (by_region,) = found(machine.get("market", by="region", product=season.product.code))

    assert (whole["product"], whole["name"]) == ("panjin-rice", "盘锦稻谷")
    assert [row["about"] for row in whole["rows"]] == [
        "2026-10-01/2026-10-10",
        "2027-01-10/2027-01-19",
        "2027-02-20/2027-03-01",
    ]
    # 80 and 60 kg are ordered and 90 kg needed of January's; a plan gives 250 kg.
    january = whole["rows"][1]
    assert (january["ordered_kg"], january["planned_kg"], january["short_kg"]) == ("230", "250", "230")
    assert [row["about"] for row in by_week["rows"]] == ["2026-09-28", "2027-01-04", "2027-02-15"]
    assert [row["about"] for row in by_region["rows"]] == ["210100000000", "211100000000"]
    assert found(machine.get("market", product="nothing")) == []
    assert rules(machine.get("market", by="moon")) == [("/by", "invalid_choice")]


def test_board_names_who_needs_what_and_how_much_is_open(stranger: Membership, season: market.Season) -> None:
    (board,) = found(Machine(stranger).get("demand-board", product="panjin-rice"))

    by_window = {one["stand"]["about"]: one["needs"] for one in board["windows"]}
    ((wanted,),) = [needs for needs in by_window.values() if needs]
    assert (wanted["open_kg"], wanted["need"]["party"]["name"]) == ("90", "盘锦米业")
    assert wanted["need"]["region"] == "210100000000"


def test_a_need_is_released_once_seen_by_all_and_ended_by_its_party_alone(
    processor: Membership, stranger: Membership, season: market.Season
) -> None:
    machine, other = Machine(processor), Machine(stranger)
    sent = said(
        product="panjin-rice", min_grade=1, window="2027-01-10", region="211100000000", kg="40", price_fen_per_kg=350
    )

    first, again = machine.post("needs", **sent), machine.post("needs", **sent)

    assert (first.status_code, again.status_code) == (201, 200), first.content
    need = first.json()
    assert again.json() == need
    assert need["id"] in other.ids("needs", product="panjin-rice")
    other_need = machine.post("needs", **{**sent, "kg": "41"})
    assert (other_need.status_code, rules(other_need)) == (
        409,
        [("/id", "id_used"), ("/kg", "differs_from_first")],
    )
    wrong = machine.post("needs", **{**sent, **said(price_fen_per_kg=2001)})
    assert rules(wrong) == [("/price_fen_per_kg", "price_out_of_range")]
    ending = said(reason="not_wanted")
    assert other.post(f"order-lines/{need['id']}/cancellation", **ending).status_code == 404
    assert machine.post(f"order-lines/{need['id']}/cancellation", **ending).status_code == 201
    assert need["id"] not in other.ids("needs")


def test_operator_matches_and_decides_and_all_may_read_what_came_out(
    farmer: Membership, operator: Membership, season: market.Season
) -> None:
    machine, grower = Machine(operator), Machine(farmer)
    waits = season.waiting
    assert grower.ids("matching-runs", state="proposed") == [str(waits.pk)]

    decided = machine.post(f"matching-runs/{waits.pk}/decision", **(sent := said(decision="reject")))

    assert (decided.status_code, decided.json()["state"]) == (201, "rejected")
    again = machine.post(f"matching-runs/{waits.pk}/decision", **sent)
    assert (again.status_code, again.json()) == (200, decided.json())
    late = machine.post(f"matching-runs/{waits.pk}/decision", **said(decision="publish"))
    assert rules(late) == [("", "run_decided")]
    made = machine.post("matching-runs", **said(product="panjin-rice"))
    assert (made.status_code, made.json()["cause"]) == (201, "operator"), made.content
    assert made.json() in found(grower.get("matching-runs", product="panjin-rice"))


def test_only_the_operator_runs_the_matching_and_reads_its_files(
    farmer: Membership, operator: Membership, season: market.Season
) -> None:
    machine, grower = Machine(operator), Machine(farmer)
    run = season.waiting

    for name in ("inputs", "outcome"):
        answer = machine.get(f"matching-runs/{run.pk}/files/{name}")
        assert hashlib.sha256(answer.content).hexdigest() == getattr(run, f"{name}_sha256")
        assert grower.get(f"matching-runs/{run.pk}/files/{name}").status_code == 404
    assert machine.get(f"matching-runs/{run.pk}/files/secrets").status_code == 404
    assert rules(grower.post("matching-runs", **said(product="panjin-rice"))) == [("", "run_not_yours")]
    refused = grower.post(f"matching-runs/{run.pk}/decision", **said(decision="publish"))
    assert rules(refused) == [("", "run_not_yours")]
