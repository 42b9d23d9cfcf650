"""Plans in several grades and windows, recommendations and alerts, as machines read and write them."""

from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import Membership
from orders.models import PlantingPlan, YieldRevision
from tests.factories import farm, market
from tests.factories.api import Machine
from tests.factories.parties import colleague_of
from tests.orders.api.sent import found, rules, said
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


def supply(grade: int = 0, window: str = "2027-01-10", **values: object) -> dict[str, Any]:
    quantiles = {"p10_kg": "300", "p50_kg": "400", "p90_kg": "480"}
    return {"grade": grade, "window": window, **quantiles, "ask_fen_per_kg": 360, **values}


def growing(*supplies: dict[str, Any]) -> dict[str, Any]:
    facts = {"variety": "盐丰47", "area_mu": "5", "region": "211100000000"}
    return said(**facts, supplies=list(supplies) or [supply()])


def test_a_plan_is_sent_in_several_grades_and_revised_with_its_reason(
    farmer: Membership, season: market.Season
) -> None:
    machine = Machine(farmer)
    sent = {**growing(supply(), supply(1, p50_kg="450")), "plot": str(season.plan.plot_id), "product": "panjin-rice"}

    made, again = machine.post("plans", **sent), machine.post("plans", **sent)

    assert (made.status_code, again.status_code) == (201, 200), made.content
    assert again.json() == made.json()
    first, second = sorted(made.json()["supplies"], key=lambda one: one["grade"])
    assert (first["p50_kg"], second["p50_kg"], second["ask_fen_per_kg"]) == ("400", "450", 360)
    new = {"supply": second["id"], "p10_kg": "10", "p50_kg": "20", "p90_kg": "30"}
    path = f"plans/{made.json()['id']}/revision"
    revised = machine.post(path, **said(reason="weather", supplies=[new]))
    assert revised.status_code == 201, revised.content
    assert [one["p50_kg"] for one in sorted(revised.json()["supplies"], key=lambda one: one["grade"])] == ["400", "20"]
    assert YieldRevision.objects.get(supply=second["id"]).reason == "weather"
    wrong = machine.post(path, **said(reason="weather", supplies=[{**new, "p50_kg": "5"}]))
    assert rules(wrong) == [("/supplies/0/p50_kg", "quantiles_disordered")]
    strange = machine.post(path, **said(reason="weather", supplies=[{**new, "supply": str(season.plan.pk)}]))
    assert rules(strange) == [("/supplies/0/supply", "unknown_supply")]
    # The first sending again, after a new estimate, is still the same plan.
    assert machine.post("plans", **sent).status_code == 200


def test_another_plan_under_the_same_id_is_a_conflict_that_names_what_differs(
    farmer: Membership, season: market.Season
) -> None:
    machine = Machine(farmer)
    sent = {**growing(), "plot": str(season.plan.plot_id), "product": "panjin-rice"}
    assert machine.post("plans", **sent).status_code == 201
    others: list[tuple[dict[str, Any], list[str]]] = [
        ({"variety": "辽粳", "area_mu": "6"}, ["/area_mu", "/variety"]),
        ({"region": "210100000000"}, ["/region"]),
        (
            {"supplies": [supply(p50_kg="401", ask_fen_per_kg=361)]},
            ["/supplies/0/ask_fen_per_kg", "/supplies/0/p50_kg"],
        ),
        ({"supplies": [supply(), supply(1)]}, ["/supplies"]),
        ({"time": "2026-10-01T08:00:00+08:00"}, ["/time"]),
    ]

    for other, pointers in others:
        refused = machine.post("plans", **{**sent, **other})

        named = [(one, "differs_from_first") for one in pointers]
        assert (refused.status_code, rules(refused)) == (409, [("/id", "id_used"), *named])
    assert PlantingPlan.objects.get(pk=sent["id"]).variety == "盐丰47"


def test_a_colleague_who_sends_the_same_plan_gets_it_and_a_stranger_hears_nothing_of_it(
    farmer: Membership, stranger: Membership, season: market.Season
) -> None:
    sent = {**growing(), "plot": str(season.plan.plot_id), "product": "panjin-rice"}
    made = Machine(farmer).post("plans", **sent)

    again = Machine(colleague_of(farmer, role=Role.OWNER)).post("plans", **sent)

    assert (made.status_code, again.status_code, again.json()) == (201, 200, made.json())
    told = len(history.of(f"plan:{sent['id']}"))
    other = Machine(stranger).post("plans", **{**sent, "plot": str(farm.make_plot(stranger).pk)})
    assert (other.status_code, rules(other)) == (409, [("/id", "id_of_something_else")])
    assert (told, len(history.of(f"plan:{sent['id']}"))) == (1, 1)


def test_what_is_wrong_in_a_plan_is_named_by_its_place(farmer: Membership, season: market.Season) -> None:
    machine = Machine(farmer)
    where = {"plot": str(season.plan.plot_id), "product": "panjin-rice"}

    assert rules(machine.post("plans", **{**growing(supply(), supply()), **where})) == [("/supplies/1", "supply_twice")]
    assert rules(machine.post("plans", **{**growing(supply(9)), **where})) == [
        ("/supplies/0/grade", "grade_of_another_product")
    ]
    assert rules(machine.post("plans", **{**growing(supply(window="2027-01-11")), **where})) == [
        ("/supplies/0/window", "window_of_another_product")
    ]
    assert rules(machine.post("plans", **{**growing(), **where, "plot": str(season.plan.pk)})) == [
        ("/plot", "unknown_plot")
    ]


def test_a_plan_ends_by_a_reason(farmer: Membership, season: market.Season) -> None:
    plan = season.alert.supply.plan

    ended = Machine(farmer).post(f"plans/{plan.pk}/end", **said(reason="failed"))

    assert (ended.status_code, ended.json()["state"]) == (201, "failed")
    promised = Machine(farmer).post(f"plans/{season.plan.pk}/end", **said(reason="withdrawn"))
    assert rules(promised) == [("", "plan_promised")]


def test_a_recommendation_is_read_with_its_reason_and_taken_up(farmer: Membership, season: market.Season) -> None:
    machine, advice = Machine(farmer), season.recommendation
    (read,) = found(machine.get("recommendations", open="true"))
    assert (read["presold_bp"], read["forecast_bp"], read["price_fen_per_kg"]) == (6200, 3000, 380)
    assert (read["expected_kg"], read["ahead_kg"], read["ahead_bp"]) == ("1200", "1172.34", 4230)
    assert (read["unsold_fen_per_kg"], read["missing_fen_per_kg"]) == (88, 120)
    assert read["window"] == {"starts_on": "2027-01-10", "ends_on": "2027-01-19"}

    sent = growing()
    made, again = (machine.post(f"recommendations/{advice.pk}/acceptance", **sent) for _ in range(2))

    assert (made.status_code, again.status_code) == (201, 200), made.content
    assert PlantingPlan.objects.get(pk=made.json()["id"]).plot == advice.plot
    assert found(machine.get("recommendations", open="true")) == []
    (answered,) = found(machine.get("recommendations", open="false"))
    assert (answered["answer"], answered["plan"]) == ("accepted", made.json()["id"])
    late = machine.post(f"recommendations/{advice.pk}/decline", **said())
    assert rules(late) == [("", "recommendation_answered")]


def test_a_no_is_recorded_once(farmer: Membership, season: market.Season) -> None:
    machine, advice, sent = Machine(farmer), season.recommendation, said()
    before = len(history.of(advice.run.entity))

    answers = [machine.post(f"recommendations/{advice.pk}/decline", **sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 200]
    assert answers[1].json()["answer"] == "declined"
    assert len(history.of(advice.run.entity)) == before + 1


def test_an_alert_is_answered(farmer: Membership, season: market.Season) -> None:
    machine, alert = Machine(farmer), season.alert
    (read,) = found(machine.get("alerts", open="true"))
    assert (read["chance_bp"], read["expected_kg"], read["action"]) == (6000, "80", "")

    acted = machine.post(f"alerts/{alert.pk}/action", **said(action="pool", note="合作社统销"))

    assert (acted.status_code, acted.json()["action"], acted.json()["note"]) == (201, "pool", "合作社统销")
    assert found(machine.get("alerts", open="false")) == []


def test_a_stranger_reads_and_answers_none_of_it(stranger: Membership, season: market.Season) -> None:
    machine, plan = Machine(stranger), season.plan.pk
    advice, alert = season.recommendation.pk, season.alert.pk

    assert [machine.ids(name) for name in ("plans", "recommendations", "alerts")] == [[], [], []]
    tried = {
        f"plans/{plan}/revision": said(reason="weather", supplies=[]),
        f"plans/{plan}/end": said(reason="failed"),
        f"recommendations/{advice}/acceptance": growing(),
        f"recommendations/{advice}/decline": said(),
        f"alerts/{alert}/action": said(action="pool"),
    }
    assert {machine.post(path, **sent).status_code for path, sent in tried.items()} == {404}
