from pathlib import Path

import numpy as np
import pytest

from finance.fitting import table
from finance.fitting.table import TableError


@pytest.mark.parametrize(
    ("texts", "coded"),
    [
        (["0", "1", "0"], [0, 1, 0]),
        (["1", "2", "1"], [0, 1, 0]),
        (["1", "2", "0"], [0, 1, -1]),
        (["good", "bad", ""], [0, 1, -1]),
        (["Good", "BAD", "NA"], [0, 1, -1]),
        (["1.0", "0.0", "1.0"], [1, 0, 1]),
        (["yes", "no", "no"], [1, 0, 0]),
    ],
)
def test_outcomes_are_read_however_they_are_coded(texts: list[str], coded: list[int]) -> None:
    assert table.outcomes(texts).tolist() == coded


@pytest.mark.parametrize("texts", [["0", "0"], ["a", "b"], ["0", "1", "2", "3"], []])
def test_outcomes_of_other_kinds_are_refused(texts: list[str]) -> None:
    with pytest.raises(TableError, match="two outcomes expected"):
        table.outcomes(texts)


def test_a_column_is_numbers_where_all_of_it_is() -> None:
    found = table.column("income", ["12.5", "NA", "99999999", "inf", ""])

    assert found.numbers is not None
    assert np.isnan(found.numbers).tolist() == [False, True, True, True, True]


def test_a_word_makes_a_column_text_and_none_is_a_word() -> None:
    assert table.column("guarantor", ["none", "3", " ", "?"]).texts == ["none", "3", "", ""]


def test_rows_without_an_outcome_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("﻿age,state\n30,good\n40,\n50,bad\n", encoding="utf-8")

    loans = table.read(file, target="state")

    assert loans.rows.tolist() == [0, 2]
    assert loans.bad.tolist() == [False, True]
    assert loans.columns[0].numbers is not None
    assert loans.columns[0].numbers.tolist() == [30, 50]


def test_an_absent_target_is_named(tmp_path: Path) -> None:
    file = tmp_path / "loans.csv"
    file.write_text("age\n30\n", encoding="utf-8")

    with pytest.raises(TableError, match="no column state"):
        table.read(file, target="state")
