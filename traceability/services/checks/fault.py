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
