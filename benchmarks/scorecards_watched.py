"""Scoring and watching a generated population: how long it takes, and whether the alarms ring when they should.

    python -m benchmarks.scorecards_watched [--farmers N] [--portfolios N] [--quarter LOANS]

All farmers are generated. `false_alarms` counts portfolios in which eight quiet quarters (of 300 loans, or what
`--quarter` says) raised the alarm of drift, `false_of_calibration` those in which all their loans together raised that
of calibration. `missed` counts those in which a shock (+1 in the log odds of bad, which about doubles the bad loans)
raised none by the end of its quarter, `missed_late_start` those in which one that came in the last month of a quarter
raised none by the end of the next.
"""

import argparse
import json
import time

import numpy as np

from finance.fitting import excess, measures, population, scorecard
from finance.fitting.compiling import integer_points
from finance.fitting.excess import LIMIT
from finance.fitting.fairness import ratios
from finance.fitting.watching import Matured, Scores, calibration_report, drift_report, fairness_report, months_of

_SHOCK, _QUARTERS = 1.0, 8
_MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--farmers", type=int, default=100_000)
    parser.add_argument("--portfolios", type=int, default=100)
    parser.add_argument("--quarter", type=int, default=300)
    asked = parser.parse_args()
    learnt = population.made(6000, seed=2).table
    card = scorecard.fit(learnt.columns, learnt.bad, directions=population.DIRECTIONS)
    figures = {
        "population": population.NOTICE,
        **_watched(card, asked.farmers),
        **_alarms(card, asked.portfolios, asked.quarter),
    }
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


def _alarms(card: scorecard.Fitted, portfolios: int, size: int) -> dict[str, object]:
    counts = dict.fromkeys(("false_alarms", "false_of_calibration", "missed", "missed_late_start"), 0)
    for seed in range(portfolios):
        quiet = _loans(card, [0.0] * 3 * _QUARTERS, size // 3, begun=2024, seed=10_000 + seed)
        shocked = _loans(card, [_SHOCK] * 3, size // 3, begun=2026, seed=50_000 + seed)
        # Two quarters, the first of which is quiet for two months.
        late = _loans(card, [0.0] * 2 + [_SHOCK] * 4, size // 3, begun=2026, seed=90_000 + seed)
        counts["false_alarms"] += _rings(quiet)
        counts["false_of_calibration"] += bool(calibration_report(quiet)["alarm"])
        counts["missed"] += not _rings(shocked, after=quiet)
        counts["missed_late_start"] += not _rings(late, after=quiet)
    return {"portfolios": portfolios, "loans_a_quarter": size, "shock": _SHOCK, **counts}


def _rings(loans: Matured, *, after: Matured | None = None) -> bool:
    """Whether the alarm rings at the end of any month of these loans, which may follow upon others."""
    before = months_of(after) if after else []
    months = [*before, *months_of(loans)]
    quarters, sums = excess.quarters_of(months), excess.running(months)
    return any(one.is_outside for one in quarters[len(before) // 3 :]) or max(map(max, sums[len(before) :])) > LIMIT


def _loans(card: scorecard.Fitted, shocks: list[float], size: int, *, begun: int, seed: int) -> Matured:
    """Draw so many loans for each month from a January on, with each month's shock."""
    drawn = [population.made(size, seed=1000 * seed + month, shock=shock).table for month, shock in enumerate(shocks)]
    return Matured(
        risk=np.concatenate([card.risk(one.columns) for one in drawn]),
        bad=np.concatenate([one.bad for one in drawn]),
        month=np.arange(size * len(shocks)) // size,
        months=[f"{begun + place // 12}-{place % 12 + 1:02}" for place in range(len(shocks))],
    )


if __name__ == "__main__":
    main()
