"""Which sheets there are: sizes in millimetres, as their makers give them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFormat:
    """A page of equal labels. `left` and `top` lead to the first one, `across` and `down` from each to the next."""

    name: str
    page: tuple[float, float]
    columns: int
    rows: int
    label: tuple[float, float]
    left: float = 0
    top: float = 0
    across: float = 0
    down: float = 0

    @property
    def labels(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Give the upper left corner of a label by its place on the page, row by row, from the page's own corner."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.across, self.top + row * self.down


_A4 = (210.0, 297.0)
FORMATS: Mapping[str, SheetFormat] = {
    one.name: one
    for one in (
        SheetFormat(name="a4-3x8", page=_A4, columns=3, rows=8, label=(70.0, 37.125), across=70.0, down=37.125),
        SheetFormat(
            name="a4-5x13",
            page=_A4,
            columns=5,
            rows=13,
            label=(38.1, 21.2),
            left=4.75,
            top=10.7,
            across=40.6,
            down=21.2,
        ),
        SheetFormat(name="roll-50x30", page=(50.0, 30.0), columns=1, rows=1, label=(50.0, 30.0)),
        SheetFormat(name="roll-100x70", page=(100.0, 70.0), columns=1, rows=1, label=(100.0, 70.0)),
    )
}
