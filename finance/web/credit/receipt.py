"""The receipt of a consent on a sheet of A4, in large letters, with a code that leads back to it."""

import io

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from finance.models import Consent
from traceability.labels.fonts import register
from traceability.labels.symbols import symbol_of

_FONT = settings.NPM_ROOT / "@embedpdf" / "fonts-sc" / "fonts" / "NotoSansHans-Regular.otf"
_MARGIN = 18 * mm
_CODE = 40 * mm
# People over sixty read it without glasses: points, and the space of a line in letters.
_TITLE, _TEXT, _SMALL, _LEADING = 26, 16, 10, 1.5


def receipt_pdf(consent: Consent, *, origin: str) -> bytes:
    """Draw the receipt in the language in which the consent was given."""
    with override(consent.language):
        title = gettext("Receipt of a consent")
        signed = date_format(localtime(consent.granted_at), "DATETIME_FORMAT") if consent.granted_at else ""
        lines = [*consent.notice.splitlines(), gettext("Given: %(time)s") % {"time": signed}]
        small = [gettext("Reference: %(id)s") % {"id": consent.pk}, f"SHA-256 {consent.notice_sha256}"]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.setTitle(title)
    face = register(title + "".join(lines) + "".join(small), source=_FONT)
    top = _write(canvas, [title], face, _TITLE, A4[1] - _MARGIN)
    top = _write(canvas, lines, face, _TEXT, top - 6 * mm)
    address = origin + reverse("credit:consent", args=[consent.pk])
    _draw_code(canvas, address, left=_MARGIN, bottom=_MARGIN + 14 * mm)
    _write(canvas, small, face, _SMALL, _MARGIN + 10 * mm)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _write(canvas: Canvas, texts: list[str], face: str, size: float, top: float) -> float:
    """Write texts from a height on, each on as many lines as it needs, and give the height beneath them."""
    canvas.setFont(face, size)
    for text in texts:
        for line in _wrapped(text, face, size):
            top -= size * _LEADING
            canvas.drawString(_MARGIN, top, line)
        top -= size * 0.4
    return top


def _wrapped(text: str, face: str, size: float) -> list[str]:
    room, lines = A4[0] - 2 * _MARGIN, [""]
    for word in _words(text):
        if lines[-1] and stringWidth((lines[-1] + word).rstrip(), face, size) > room:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return lines


def _words(text: str) -> list[str]:
    """Part a text where a line may end: after each Chinese character, else after spaces."""
    words: list[str] = []
    for letter in text:
        joins = words and letter.isascii() and words[-1].isascii() and not words[-1].endswith(" ")
        # No line begins with a mark that ends a sentence.
        if joins or (words and letter in "。，；：、）”"):
            words[-1] += letter
        else:
            words.append(letter)
    return words


def _draw_code(canvas: Canvas, address: str, *, left: float, bottom: float) -> None:
    symbol = symbol_of(address)
    side = _CODE / symbol.width
    for column, row, length in symbol.runs():
        canvas.rect(left + column * side, bottom + _CODE - (row + 1) * side, length * side, side, stroke=0, fill=1)
