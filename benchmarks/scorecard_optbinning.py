"""The process in which optbinning's scorecard is measured: DATA TARGET FOLDS.json; prints one JSON object."""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from optbinning import BinningProcess, Scorecard
from sklearn.linear_model import LogisticRegression

from benchmarks.scorecard_peers import as_objects, figures
from finance.fitting import table
from finance.fitting.holdout import parts
from finance.fitting.table import Table
from finance.fitting.woe import Floats, Ints


def main() -> None:
    """Measure, and print."""
    warnings.simplefilter("ignore")
    data, target, folds = sys.argv[1:]
    loans = table.read(Path(data), target=target)
    repeats = [np.array(one, dtype=np.int64) for one in json.loads(Path(folds).read_text())]
    print(json.dumps(figures(loans, repeats, _risks)))


def _risks(loans: Table, folds: Ints) -> Floats:
    names = [column.name for column in loans.columns]
    frame = pd.DataFrame(as_objects(loans), columns=names)
    texts = [column.name for column in loans.columns if column.numbers is None]
    numbers = [name for name in names if name not in texts]
    frame[numbers] = frame[numbers].astype(float)
    found = np.empty(len(loans.bad))
    for train, test in parts(folds):
        binning = BinningProcess(names, categorical_variables=texts, min_bin_size=0.05)
        card = Scorecard(binning_process=binning, estimator=LogisticRegression(max_iter=2000))
        card.fit(frame.iloc[train], loans.bad[train].astype(int))
        found[test] = card.predict_proba(frame.iloc[test])[:, 1]
    return found


if __name__ == "__main__":
    main()
