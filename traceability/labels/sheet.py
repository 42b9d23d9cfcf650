"""A sheet of labels: product, lot and day beside a QR code, and beneath it what the code says."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from traceability.labels.errors import LabelError
from traceability.labels.fonts import register
from traceability.labels.formats import SheetFormat
from traceability.labels.symbols import QUIET_MODULES, Symbol, module_size, symbol_of

# Text around compressed bytes, as the post once needed it: a fifth more bytes, and an eighth of the time.
rl_config.useA85 = 0
MOST_LABELS = 2_000
_LATIN = "Helvetica"
_SMALLEST_POINTS = 4.0
# Where Unicode begins with letters that need no spaces between them.
_FIRST_CHINESE = 0x2E80


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on a label: the address in its code, the words beside it, the plain text of the code beneath."""

    uri: str
    name: str
    lines: tuple[str, ...]
    plain: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished PDF, and what a printer should know of it."""

    pdf: bytes
    pages: int
    module_mm: float
    symbol: str


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Lengths in millimetres and sizes of letters in points, by the height of the label."""

    margin: float
    code: float
    name: float
    text: float
    plain: float

    @classmethod
    def of(cls, sheet: SheetFormat) -> "_Sizes":
        width, height = sheet.label
        margin = max(1.0, min(3.0, height * 0.05))
        plain = max(4.5, min(8.0, height * 0.16))
        code = min(height - 2 * margin - plain * 0.45, width * 0.5)
        return cls(margin, code, max(6.5, min(16.0, height * 0.24)), max(5.0, min(10.0, height * 0.17)), plain)


@dataclass(frozen=True, slots=True)
class _Style:
    """How all labels of a sheet look."""

    sizes: _Sizes
    face: str
    width: float


def draw_sheet(labels: Sequence[Label], sheet: SheetFormat, *, font: Path, title: str, error: str = "m") -> Sheet:
    """Draw labels on as many pages as they need.

    `font` is an OpenType font with the letters that the labels need. Raises LabelError where there are none or too
    many, or where a code would be too small for scanners.
    """
    if not 0 < len(labels) <= MOST_LABELS:
        raise LabelError("", "label_count", limit=MOST_LABELS)
    face = register("".join(one.name + "".join(one.lines) for one in labels), source=font)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(sheet.page[0] * mm, sheet.page[1] * mm), pageCompression=1)
    canvas.setTitle(title)
    sizes = _Sizes.of(sheet)
    style = _Style(sizes, face, sheet.label[0])
    first = symbol_of(labels[0].uri, error=error)
    module = module_size(first, sizes.code)
    for number, label in enumerate(labels):
        place = number % sheet.labels
        if number and place == 0:
            canvas.showPage()
        symbol = symbol_of(label.uri, error=error, mask=first.mask) if number else first
        _draw(canvas, label, symbol, style, corner=_corner(sheet, place))
    canvas.showPage()
    canvas.save()
    pages = -(-len(labels) // sheet.labels)
    return Sheet(out.getvalue(), pages, round(module, 3), first.designator)


def _corner(sheet: SheetFormat, place: int) -> tuple[float, float]:
    """Give the upper left corner of a label as PDF counts: points from the lower left of the page."""
    left, top = sheet.corner(place)
    return left * mm, (sheet.page[1] - top) * mm


def _draw(canvas: Canvas, label: Label, symbol: Symbol, style: _Style, *, corner: tuple[float, float]) -> None:
    left, top = corner
    sizes, face, width = style.sizes, style.face, style.width
    _draw_symbol(canvas, symbol, left=left + sizes.margin * mm, top=top - sizes.margin * mm, side=sizes.code * mm)
    # In line with the dark modules: what office printers cannot reach at the edge of a page stays white.
    inset = (sizes.margin + sizes.code * QUIET_MODULES / symbol.width) * mm
    words = canvas.beginText(left + (2 * sizes.margin + sizes.code) * mm, top - inset - sizes.name * 0.88)
    room = width * mm - (3 * sizes.margin + sizes.code) * mm
    lines = _wrapped(label.name, face, sizes.name, room)[:2]
    for text, size in [*((line, sizes.name) for line in lines), *((line, sizes.text) for line in label.lines)]:
        words.setFont(face, _fitting(text, face, size, room), leading=size * 1.3)
        words.textLine(text)
    words.setFont(_LATIN, _fitting(label.plain, _LATIN, sizes.plain, width * mm - 2 * inset))
    words.setTextOrigin(left + inset, top - (sizes.margin + sizes.code) * mm - sizes.plain * 0.6)
    words.textOut(label.plain)
    canvas.drawText(words)


def _draw_symbol(canvas: Canvas, symbol: Symbol, *, left: float, top: float, side: float) -> None:
    size = side / symbol.width
    canvas.saveState()
    # From here on one module measures 1, and rows count downwards.
    canvas.transform(size, 0, 0, -size, left, top)
    path = _Modules()
    for run in symbol.runs():
        path.add(*run)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()


class _Modules(PDFPathObject):
    """Dark modules in whole numbers: ReportLab's own `rect` takes more time for its decimals than all the rest."""

    def add(self, column: int, row: int, length: int) -> None:
        self._code_append(f"{column} {row} {length} 1 re")  # type: ignore[attr-defined]


def _wrapped(text: str, face: str, size: float, room: float) -> list[str]:
    """Break a text where a line is full: Chinese may be broken anywhere, words at their spaces."""
    lines = [""]
    for word in _words(text):
        if lines[-1] and stringWidth((lines[-1] + word).rstrip(), face, size) > room:
            lines.append("")
        lines[-1] += word.lstrip() if not lines[-1] else word
    return [line.rstrip() for line in lines]


def _words(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        if found and _belongs(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _belongs(word: str, character: str) -> bool:
    """Tell whether a line may not end between the two: inside a word, or between a number and its unit."""
    if max(ord(word[-1]), ord(character)) >= _FIRST_CHINESE:
        return False
    return not word.endswith(" ") or word[-2:-1].isdigit()


def _fitting(text: str, face: str, size: float, room: float) -> float:
    """Give the size at which a line fits its room: never larger than wanted, never too small for eyes."""
    needed = stringWidth(text, face, size)
    return size if needed <= room else max(_SMALLEST_POINTS, size * room / needed)
