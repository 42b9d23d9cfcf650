from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not verify: in which table, at which row, which rule it breaks, and how."""

    table: str
    row: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.rule}: {self.text}"


def fewer(faults: Iterable[Fault], *, most: int) -> Iterator[Fault]:
    """Pass on the first faults of each rule in each table, and tell how many more there were.

    One cause may break a rule in every row of a table, and people should not be told a million times.
    """
    seen: Counter[tuple[str, str]] = Counter()
    for fault in faults:
        seen[fault.table, fault.rule] += 1
        if seen[fault.table, fault.rule] <= most:
            yield fault
    for (table, rule), number in seen.items():
        if number > most:
            yield Fault(table, "-", rule, f"{number - most} more rows of this table break the rule")
