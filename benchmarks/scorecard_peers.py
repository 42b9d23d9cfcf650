"""What optbinning's scorecard and a plain logistic regression give on the same folds."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from finance.fitting import measures
from finance.fitting.holdout import mean_of, parts
from finance.fitting.table import Table
from finance.fitting.woe import Floats, Ints

_SECONDS = 1800


def measured(loans: Table, repeats: list[Ints], *, data: Path, target: str) -> dict[str, object]:
    """Measure both."""
    return {
        "logistic_regression": figures(loans, repeats, plain_risks),
        "optbinning": _optbinning(repeats, data=data, target=target),
    }


def figures(loans: Table, repeats: list[Ints], risks: Callable[[Table, Ints], Floats]) -> dict[str, object]:
    """Give AUC, KS and seconds of a way to get risks from folds."""
    begun = time.perf_counter()
    found = [risks(loans, folds) for folds in repeats]
    return {
        "auc": mean_of(measures.auc(loans.bad, risk) for risk in found),
        "ks": mean_of(measures.ks(loans.bad, risk) for risk in found),
        "seconds": round(time.perf_counter() - begun, 2),
    }


def plain_risks(loans: Table, folds: Ints) -> Floats:
    """Give risks by scaled numbers and one-hot texts."""
    inputs = as_objects(loans)
    numbers = [place for place, column in enumerate(loans.columns) if column.numbers is not None]
    texts = [place for place, column in enumerate(loans.columns) if column.numbers is None]
    coding = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("texts", OneHotEncoder(handle_unknown="ignore"), texts),
        ]
    )
    found = np.empty(len(loans.bad))
    for train, test in parts(folds):
        model = make_pipeline(coding, LogisticRegression(max_iter=2000)).fit(inputs[train], loans.bad[train])
        found[test] = model.predict_proba(inputs[test])[:, 1]
    return found


def as_objects(loans: Table) -> "np.ndarray[tuple[int, int], np.dtype[np.object_]]":
    """Give the features as one array of mixed kinds."""
    inputs = np.empty((len(loans.bad), len(loans.columns)), dtype=object)
    for place, column in enumerate(loans.columns):
        inputs[:, place] = column.texts if column.numbers is None else column.numbers
    return inputs


def _optbinning(repeats: list[Ints], *, data: Path, target: str) -> object:
    # Its solver's package cannot share a process with the one that the matching uses.
    with TemporaryDirectory() as folder:
        folds = Path(folder) / "folds.json"
        folds.write_text(json.dumps([one.tolist() for one in repeats]))
        command = [sys.executable, "-m", "benchmarks.scorecard_optbinning", str(data), target, str(folds)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1:]}
    return json.loads(done.stdout.strip().splitlines()[-1])
