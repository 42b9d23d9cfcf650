import csv
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table under `data/` by their column names. Raises ValueError on a row of another width."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, restkey="", restval="\0"):
            if "" in row or "\0" in row.values():
                raise ValueError(f"{name}: a row does not have the columns of the first line: {row}")
            yield row


def parts(text: str) -> tuple[str, ...]:
    """Split a field that lists several values."""
    return tuple(part.strip() for part in text.split(";") if part.strip())
