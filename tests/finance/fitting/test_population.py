import numpy as np
import pytest

from finance.fitting import measures, population, scorecard
from finance.fitting.compiling import integer_points
from finance.fitting.fairness import ratios
from finance.fitting.table import Column


@pytest.fixture(scope="module")
def card() -> scorecard.Fitted:
    learnt = population.made(6000, seed=2).table
    return scorecard.fit(learnt.columns, learnt.bad, directions=population.DIRECTIONS)


def test_a_card_of_generated_farms_separates_and_is_true(card: scorecard.Fitted) -> None:
    farmers = population.made(20_000, seed=1).table

    risk = card.risk(farmers.columns)

    assert measures.auc(farmers.bad, risk) >= 0.80
    assert measures.expected_calibration_error(farmers.bad, risk) <= 0.02


def test_no_trait_is_among_the_features(card: scorecard.Fitted) -> None:
    farmers = population.made(10, seed=1)

    assert [column.name for column in farmers.table.columns] == list(population.DIRECTIONS)
    assert {bins.name for bins in card.bins} <= set(population.DIRECTIONS)
    assert not set(farmers.groups) & set(population.DIRECTIONS)


def test_groups_fare_alike_at_every_cut(card: scorecard.Fitted) -> None:
    farmers = population.made(20_000, seed=4)

    found = ratios(
        integer_points(card, farmers.table.columns),
        farmers.groups,
        bad=farmers.table.bad,
        cuts=tuple(range(540, 661, 20)),
    )

    assert len(found) == 7 * 4 * 2
    assert all(0.8 <= one.ratio <= 1.25 for one in found)


def test_three_and_thirty_mu_differ_by_at_most_twelve_points(card: scorecard.Fitted) -> None:
    columns = population.made(500, seed=5).table.columns

    few, many = (integer_points(card, _of_size(columns, mu)) for mu in (3.0, 30.0))

    assert np.abs(many - few).max() <= 12


def test_the_same_seed_makes_the_same_farmers() -> None:
    first, second = population.made(50, seed=9), population.made(50, seed=9)

    assert first.table.bad.tolist() == second.table.bad.tolist()
    assert first.risk.tolist() == second.risk.tolist()


def _of_size(columns: tuple[Column, ...], mu: float) -> list[Column]:
    return [
        Column(column.name, numbers=np.full(len(column), mu)) if column.name == "plot_area_mu" else column
        for column in columns
    ]
