import numpy as np

from finance.fitting import population, scorecard
from finance.fitting.compiling import integer_points
from finance.fitting.drawing import reliability_drawing, running_drawing
from finance.fitting.watching import Matured, Scores, calibration_report, drift_report, fairness_report
from finance.fitting.woe import Ints


def loans(count: int, *, shock: float = 0.0) -> Matured:
    learnt = population.made(6000, seed=2).table
    card = scorecard.fit(learnt.columns, learnt.bad, directions=population.DIRECTIONS)
    farmers = population.made(count, seed=11, shock=shock).table
    month = np.arange(count) * 12 // count
    return Matured(
        risk=card.risk(farmers.columns), bad=farmers.bad, month=month, months=[f"2026-{at:02}" for at in range(1, 13)]
    )


def scores(seed: int) -> Ints:
    learnt = population.made(6000, seed=2).table
    card = scorecard.fit(learnt.columns, learnt.bad, directions=population.DIRECTIONS)
    return integer_points(card, population.made(2000, seed=seed).table.columns)


def test_a_true_card_raises_no_alarm() -> None:
    found = loans(3600)

    calibration = calibration_report(found, groups={"Panjin": np.arange(3600) < 900})
    drifted = drift_report(found, Scores(now=scores(21), reference=scores(22)))

    assert (calibration["alarm"], calibration["method"], calibration["loans"]) == (False, "isotonic", 3600)
    assert [(one["name"], one["loans"]) for one in calibration["groups"]] == [("Panjin", 900)]
    assert len(calibration["bands"]) == 10
    assert (drifted["alarm"], drifted["moved"], len(drifted["months"])) == (False, False, 12)
    assert [one["name"] for one in drifted["quarters"]] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]


def test_a_quarter_that_is_not_whole_is_not_judged() -> None:
    found = drift_report(loans(3600), Scores(now=scores(21), reference=scores(22)), until="2026-09")

    assert [one["name"] for one in found["quarters"]] == ["2026Q1", "2026Q2"]


def test_a_shock_shows_in_calibration_and_in_the_running_sum_but_not_in_the_population() -> None:
    found = loans(3600, shock=1.2)

    drifted = drift_report(found, Scores(now=scores(21), reference=scores(22)))

    assert calibration_report(found)["alarm"]
    assert (drifted["alarm"], drifted["moved"]) == (True, False)


def test_fairness_speaks_of_every_group_and_cut() -> None:
    farmers = population.made(2000, seed=21)

    found = fairness_report(Scores(now=scores(21), reference=scores(22), groups=farmers.groups))

    assert len(found["ratios"]) == 16
    assert found["alarm"] is False


def test_drawings_hold_all_points_within_their_frame() -> None:
    drawn = reliability_drawing([(0.01, 0.02), (0.2, 0.18)])
    running = running_drawing([0.0, 2.0, 7.0], ["a", "b", "c"], limit=6.0)

    assert [mark.text for mark in drawn.x_marks] == ["0 %", "10 %", "20 %"]
    assert drawn.points[1][0] == drawn.right
    assert running.path == "40,170 175,128 310,23"
    assert (running.limit or 0) > running.points[2][1]
