from pathlib import Path

import numpy as np
import pytest

from finance.fitting import measures, scorecard, table
from finance.fitting.binning import Direction
from finance.fitting.compiling import OFFSET, integer_points, score_of
from finance.fitting.holdout import Recipe, folds_of, parts, risks
from finance.fitting.table import Column, Table

GERMAN = Path(__file__).parents[4] / "shared/vectors/finance/german_credit.csv"


def farms(count: int = 1500, seed: int = 5) -> Table:
    generator = np.random.default_rng(seed)
    useful, noise = generator.normal(size=(2, count))
    bad = generator.random(count) < 1 / (1 + np.exp(1.5 + 1.2 * useful))
    columns = (Column("useful", numbers=useful), Column("noise", numbers=noise))
    return Table(columns, bad, np.arange(count))


@pytest.fixture(scope="module")
def german() -> Table:
    if not GERMAN.exists():
        pytest.skip("no ../shared/vectors")
    return table.read(GERMAN, target="bad")


def test_fit_keeps_what_says_something() -> None:
    loans = farms()

    fitted = scorecard.fit(loans.columns, loans.bad)

    assert [bins.name for bins in fitted.bins] == ["useful"]
    assert fitted.coefficients[0] == pytest.approx(1, abs=0.1)
    assert fitted.suspects == ("useful",)


def test_a_variable_forced_the_wrong_way_is_not_in_the_card() -> None:
    loans = farms()

    fitted = scorecard.fit(loans.columns, loans.bad, directions={"useful": Direction.UP})

    assert fitted.bins == ()
    assert fitted.risk(loans.columns) == pytest.approx(loans.bad.mean())


def test_a_variable_whose_sign_turns_goes() -> None:
    generator = np.random.default_rng(8)
    first = generator.normal(size=4000)
    # Alone it looks like risk, beside the first it is the opposite.
    second = first + 0.6 * generator.normal(size=4000)
    bad = generator.random(4000) < 1 / (1 + np.exp(1.5 - 2 * first + 0.9 * second))
    columns = [Column("first", numbers=first), Column("second", numbers=second)]

    fitted = scorecard.fit(columns, bad, directions={"first": Direction.UP, "second": Direction.UP})

    assert [bins.name for bins in fitted.bins] == ["first"]


def test_german_credit_out_of_fold(german: Table) -> None:
    """A smaller count of what benchmarks/scorecard.py measures."""
    found = [risks(Recipe(), german, folds=folds_of(german.bad, seed=seed)) for seed in range(2)]

    assert np.mean([measures.auc(german.bad, risk) for risk in found]) >= 0.78
    assert np.mean([measures.ks(german.bad, risk) for risk in found]) >= 0.45


def test_binning_never_sees_the_test_fold() -> None:
    loans = farms(600)
    folds = folds_of(loans.bad, seed=0)
    before = risks(Recipe(), loans, folds=folds)
    turned = loans.bad.copy()
    turned[folds == 2] ^= True

    after = risks(Recipe(), Table(loans.columns, turned, loans.rows), folds=folds)

    assert after[folds == 2].tolist() == before[folds == 2].tolist()
    assert after[folds != 2].tolist() != before[folds != 2].tolist()


def test_shuffled_outcomes_teach_nothing() -> None:
    loans = farms(800)
    mixed = Table(loans.columns, np.random.default_rng(1).permutation(loans.bad), loans.rows)

    risk = risks(Recipe(), mixed, folds=folds_of(mixed.bad, seed=0), careful=True)

    assert 0.45 <= measures.auc(mixed.bad, risk) <= 0.55


def test_parts_cover_every_row_once() -> None:
    folds = np.array([0, 1, 2, 0, 1])

    assert sorted(row for _, test in parts(folds) for row in test) == [0, 1, 2, 3, 4]
    assert all(set(train) & set(test) == set() for train, test in parts(folds))


@pytest.mark.parametrize(
    ("chance", "score"), [(0.5, 427.1229), (0.2, 507.1229), (0.1, 553.9199), (0.05, 597.0402), (0.01, 692.2971)]
)
def test_scaling_is_600_at_20_to_1_and_40_points_double_the_odds(chance: float, score: float) -> None:
    assert score_of(np.log((1 - chance) / chance)) == pytest.approx(score, abs=1e-3)
    assert pytest.approx(427.1229, abs=1e-4) == OFFSET


def test_whole_points_rank_as_the_model_does() -> None:
    loans = farms()
    fitted = scorecard.fit(loans.columns, loans.bad)

    points = integer_points(fitted, loans.columns)

    exact = np.array([score_of(one) for one in fitted.log_odds(loans.columns)])
    assert np.abs(points - exact).max() <= (len(fitted.bins) + 1) / 2
