"""QR codes as outlines: sharp at any size, with the quiet zone that scanners need (ISO/IEC 18004)."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno

from traceability.labels.errors import LabelError

# What office printers still part cleanly; in retail, GS1 asks for 0.396 mm where there is room (General Specifications,
# symbol specification table 1 addendum 2).
SMALLEST_MODULE_MM = 0.33
QUIET_MODULES = 4


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code: its modules row by row, dark where 1, without the quiet zone; and which of the 8 masks it took."""

    modules: Sequence[bytes]
    mask: int
    designator: str

    @property
    def width(self) -> int:
        """How many modules stand side by side, the quiet zone on both sides included."""
        return len(self.modules) + 2 * QUIET_MODULES

    def runs(self) -> list[tuple[int, int, int]]:
        """Give the dark runs of each row as column, row and length, from the corner of the quiet zone."""
        found = []
        for row, modules in enumerate(self.modules):
            column = modules.find(1)
            while column >= 0:
                end = modules.find(0, column)
                end = len(modules) if end < 0 else end
                found.append((column + QUIET_MODULES, row + QUIET_MODULES, end - column))
                column = modules.find(1, end)
        return found


def symbol_of(uri: str, *, error: str = "m", mask: int | None = None) -> Symbol:
    """Make the QR code of an address, with error correction M (a sixth of it may be lost) or Q (a quarter).

    Any mask can be read. To find the best one takes nine times as long as all the rest, so that the codes of one
    sheet, which differ by their serial numbers only, take the one that was best for the first.
    """
    made = segno.make(uri, error=error, mask=mask, boost_error=False, micro=False)
    return Symbol([bytes(row) for row in made.matrix], made.mask, made.designator)


def module_size(symbol: Symbol, side_mm: float) -> float:
    """Give the side of a module where the symbol, quiet zone included, fills a square. Raises LabelError."""
    size = side_mm / symbol.width
    if size < SMALLEST_MODULE_MM:
        raise LabelError("", "label_too_small", size=f"{size:.2f}", limit=SMALLEST_MODULE_MM)
    return size
