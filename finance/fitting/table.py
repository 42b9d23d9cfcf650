"""A table of past loans read from a file whose columns nobody described."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from finance.fitting.woe import Flags, Floats, Ints

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "?", ".", "#n/a"})
_GOOD = frozenset({"0", "good", "false", "no", "n", "paid", "non-default", "g"})
_BAD = frozenset({"1", "bad", "true", "yes", "y", "default", "b"})
# 99999999 and its like stand for "not known" in old files: nothing that one measures is all nines.
_NINES = 7


class TableError(Exception):
    """A file from which no card can be made."""


@dataclass(frozen=True, slots=True)
class Column:
    """One feature: numbers with NaN where missing, or texts with an empty one where missing."""

    name: str
    numbers: Floats | None = None
    texts: Sequence[str] = ()

    def take(self, rows: Ints) -> "Column":
        """Give these rows of it."""
        if self.numbers is not None:
            return Column(self.name, numbers=self.numbers[rows])
        return Column(self.name, texts=[self.texts[row] for row in rows.tolist()])

    def __len__(self) -> int:
        return len(self.texts) if self.numbers is None else len(self.numbers)


@dataclass(frozen=True, slots=True)
class Table:
    """Features and outcomes, row by row. `rows` are the places in the file: rows without an outcome are left out."""

    columns: tuple[Column, ...]
    bad: Flags
    rows: Ints

    def take(self, rows: Ints) -> "Table":
        """Give these rows of it."""
        return Table(tuple(column.take(rows) for column in self.columns), self.bad[rows], self.rows[rows])


def read(path: Path, *, target: str) -> Table:
    """Read a CSV file. Raises TableError where the target is absent, or is not of two kinds."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    if not lines or target not in lines[0]:
        raise TableError(f"{path.name}: no column {target}, or no rows")
    coded = outcomes([line[target] or "" for line in lines])
    rows = np.flatnonzero(coded >= 0)
    names = [name for name in lines[0] if name and name != target]
    columns = tuple(column(name, [lines[row][name] or "" for row in rows.tolist()]) for name in names)
    return Table(columns, coded[rows] == 1, rows)


def outcomes(texts: Iterable[str]) -> Ints:
    """Give 1 for bad, 0 for good, -1 for not known. Raises TableError.

    Codes taken: 0/1, good/bad, yes/no, and 1/2 as in the Statlog files, where 2 is bad (a 0 beside them is
    not known).
    """
    plain = [_plain(text) for text in texts]
    found = set(plain) - {""}
    if "2" in found and found <= {"0", "1", "2"}:
        good, bad = frozenset({"1"}), frozenset({"2"})
    else:
        good, bad = _GOOD, _BAD
    strange = found - good - bad - {"0"}
    if strange or not (found & good and found & bad):
        raise TableError(f"target: two outcomes expected, found {sorted(found)[:5]}")
    return np.array([1 if text in bad else 0 if text in good else -1 for text in plain], dtype=np.int64)


def _plain(text: str) -> str:
    text = text.strip().lower()
    if text in _MISSING:
        return ""
    try:
        return f"{float(text):g}"
    except ValueError:
        return text


def column(name: str, texts: Sequence[str]) -> Column:
    """Read a column: numbers where everything that is there is one."""
    cleaned = [text.strip() for text in texts]
    cleaned = ["" if text.lower() in _MISSING else text for text in cleaned]
    try:
        numbers = np.array([float(text) if text else np.nan for text in cleaned], dtype=np.float64)
    except ValueError:
        return Column(name, texts=cleaned)
    # Also keeps out the infinite, which no measure is.
    numbers[~np.isfinite(numbers) | _all_nines(numbers)] = np.nan
    return Column(name, numbers=numbers)


def _all_nines(numbers: Floats) -> Flags:
    codes = [10.0**digits - 1 for digits in range(_NINES, 16)]
    return np.asarray(np.isin(numbers, codes), dtype=np.bool_)
