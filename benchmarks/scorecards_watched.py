"""Scoring and watching a generated population: how long it takes, and whether the alarms ring when they should.

    python -m benchmarks.scorecards_watched [--farmers N] [--portfolios N]

All farmers are generated. `false_alarms` counts portfolios in which eight quiet quarters of 300 loans raised the alarm,
`missed` those in which a shock (+1 in the log odds of bad) raised none within the next quarter.
"""

import argparse
import json
import time

import numpy as np

from finance.fitting import drift, measures, population, scorecard
from finance.fitting.compiling import integer_points
from finance.fitting.drift import Month
from finance.fitting.fairness import ratios
from finance.fitting.watching import Matured, Scores, calibration_report, drift_report, fairness_report

_SHOCK, _QUARTER, _QUARTERS = 1.0, 300, 8
_MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--farmers", type=int, default=100_000)
    parser.add_argument("--portfolios", type=int, default=100)
    asked = parser.parse_args()
    learnt = population.made(6000, seed=2).table
    card = scorecard.fit(learnt.columns, learnt.bad, directions=population.DIRECTIONS)
    figures = {"population": population.NOTICE, **_watched(card, asked.farmers), **_alarms(card, asked.portfolios)}
    print(json.dumps(figures))


def _watched(card: scorecard.Fitted, count: int) -> dict[str, object]:
    farmers, reference = population.made(count, seed=1), population.made(count, seed=7)
    begun = time.perf_counter()
    points = integer_points(card, farmers.table.columns)
    scored = time.perf_counter() - begun
    risk = card.risk(farmers.table.columns)
    before = integer_points(card, reference.table.columns)
    begun = time.perf_counter()
    loans = Matured(risk=risk, bad=farmers.table.bad, month=np.arange(count) * 12 // count, months=_MONTHS)
    scores = Scores(now=points, reference=before, groups=farmers.groups)
    reports = [calibration_report(loans), drift_report(loans, scores), fairness_report(scores)]
    watched = time.perf_counter() - begun
    found = ratios(points, farmers.groups, bad=farmers.table.bad, cuts=tuple(range(540, 661, 10)))
    return {
        "farmers": count,
        "auc": round(measures.auc(farmers.table.bad, risk), 4),
        "ece": round(measures.expected_calibration_error(farmers.table.bad, risk), 4),
        "score_all_seconds": round(scored, 3),
        "reports_seconds": round(watched, 3),
        "alarms": [bool(report["alarm"]) for report in reports],
        "ratios": [round(min(one.ratio for one in found), 3), round(max(one.ratio for one in found), 3)],
    }


def _alarms(card: scorecard.Fitted, portfolios: int) -> dict[str, int]:
    false = missed = 0
    for seed in range(portfolios):
        quiet = _months(card, _QUARTER * _QUARTERS, seed=10_000 + seed, shock=0)
        shocked = _months(card, _QUARTER, seed=50_000 + seed, shock=_SHOCK)
        false += drift.first_alarm(quiet) is not None
        missed += drift.first_alarm(quiet + shocked) is None
    return {"portfolios": portfolios, "false_alarms": false, "missed": missed}


def _months(card: scorecard.Fitted, loans: int, *, seed: int, shock: float) -> list[Month]:
    farmers = population.made(loans, seed=seed, shock=shock).table
    risk, size = card.risk(farmers.columns), _QUARTER // 3
    return [
        drift.month_of(str(start), risk[start : start + size], int(farmers.bad[start : start + size].sum()))
        for start in range(0, loans, size)
    ]


if __name__ == "__main__":
    main()
