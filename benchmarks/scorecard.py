"""Our fitted card on a table of past loans, beside optbinning and plain logistic regression, on the same folds.

    python -m benchmarks.scorecard --data CSV --target COLUMN [--folds CSV] [--repeats N] [--no-peers]

A file of folds has a row for each row of the data and a column `r0`, `r1` ... for each repeat: the number of the test
fold. Without one, 5 stratified folds are drawn, 5 times. Binning, choice of variables and fit are done inside each
fold; AUC and KS are of all rows of a repeat together, averaged over repeats. `shuffled` is the same with outcomes that
were shuffled, another way in each repeat: what comes of nothing. The last line printed is one JSON object.
"""

import argparse
import csv
import json
import time
from pathlib import Path

import numpy as np

from benchmarks import scorecard_peers
from finance.fitting import measures, table
from finance.fitting.compiling import integer_points
from finance.fitting.holdout import Recipe, folds_of, mean_of, parts, risks
from finance.fitting.table import Table
from finance.fitting.woe import Floats, Ints

_REPEATS = 5


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--folds", type=Path)
    parser.add_argument("--repeats", type=int, default=_REPEATS)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    loans = table.read(asked.data, target=asked.target)
    if asked.folds:
        repeats = read_folds(asked.folds, loans.rows)
    else:
        repeats = [folds_of(loans.bad, seed=seed) for seed in range(asked.repeats)]
    figures = measured(loans, repeats)
    if not asked.no_peers:
        figures["peers"] = scorecard_peers.measured(loans, repeats, data=asked.data, target=asked.target)
    print(json.dumps(figures))


def measured(loans: Table, repeats: list[Ints]) -> dict[str, object]:
    """Give our figures."""
    begun = time.perf_counter()
    found = [risks(Recipe(), loans, folds=folds, careful=True) for folds in repeats]
    seconds = time.perf_counter() - begun
    points = [_by_points(loans, folds) for folds in repeats]
    return {
        "auc": mean_of(measures.auc(loans.bad, risk) for risk in found),
        "ks": mean_of(measures.ks(loans.bad, risk) for risk in found),
        "folds": len(np.unique(repeats[0])),
        "seconds": round(seconds, 2),
        "repeats": len(repeats),
        "rows": len(loans.bad),
        "bad": int(loans.bad.sum()),
        "ece": mean_of(measures.expected_calibration_error(loans.bad, risk) for risk in found),
        "brier": mean_of(measures.brier(loans.bad, risk) for risk in found),
        "auc_integer_points": mean_of(measures.auc(loans.bad, risk) for risk in points),
        "shuffled": _shuffled(loans, repeats),
    }


def read_folds(path: Path, rows: Ints) -> list[Ints]:
    """Read the repeats of a file of folds, for the rows that have an outcome."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    names = [name for name in lines[0] if name[:1] == "r" and name[1:].isdigit()]
    if not names or len(lines) <= int(rows.max()):
        raise SystemExit(f"{path.name}: a column r0 and a row for each loan expected")
    return [np.array([int(float(line[name])) for line in lines], dtype=np.int64)[rows] for name in names]


def _by_points(loans: Table, folds: Ints) -> Floats:
    """Give each row's risk as whole points of a card say it, sign turned."""
    found = np.empty(len(loans.bad))
    for train, test in parts(folds):
        fitted = Recipe().fit(loans.take(train))
        found[test] = -integer_points(fitted, loans.take(test).columns)
    return found


def _shuffled(loans: Table, repeats: list[Ints]) -> float:
    found = []
    for seed, folds in enumerate(repeats):
        bad = np.random.default_rng(seed).permutation(loans.bad)
        mixed = Table(loans.columns, bad, loans.rows)
        found.append(measures.auc(bad, risks(Recipe(), mixed, folds=folds, careful=True)))
    return mean_of(found)


if __name__ == "__main__":
    main()
