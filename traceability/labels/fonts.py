"""Chinese letters in a PDF: the few that a sheet needs, cut out of Noto Sans and put into a small TrueType font.

ReportLab embeds TrueType only, and Noto's outlines are cubic (CFF). Turned into quadratic ones (at most a thousandth of
the letter's height off) they stay text, which people can search and copy. Where the font is not installed, the reader's
own stands in (STSong-Light, which PDF readers bring along), and looks different from reader to reader.
"""

import io
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as SourceFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

STAND_IN = "STSong-Light"
_MOST_OFF = 1.0
_NOTHING = ".notdef"
_reading = Lock()


def register(characters: Iterable[str], *, source: Path) -> str:
    """Make a font with these characters known to ReportLab and give its name; the stand-in's without a source."""
    if not source.exists():
        pdfmetrics.registerFont(UnicodeCIDFont(STAND_IN))
        return STAND_IN
    wanted = "".join(sorted(set(characters) | set(map(chr, range(0x20, 0x7F)))))
    name = f"Noto{sha256((str(source) + wanted).encode()).hexdigest()[:12]}"
    # The source is one file that is read in places: two threads must not move its pointer under each other.
    with _reading:
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(_truetype(wanted, source, name))))
    return name


@cache
def _opened(source: Path) -> SourceFont:
    # Eight megabytes, of which a sheet needs a few kilobytes: read as needed, and only once.
    return SourceFont(source, lazy=True)


def _truetype(characters: str, source: Path, name: str) -> bytes:
    font = _opened(source)
    known = font.getBestCmap()
    names = {ord(one): known[ord(one)] for one in characters if ord(one) in known}
    order = [_NOTHING, *dict.fromkeys(names.values())]
    outlines = font.getGlyphSet()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf({one: _quadratic(outlines, one) for one in order})
    builder.setupHorizontalMetrics({one: font["hmtx"][one] for one in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    # ReportLab knows letters by the name inside the font: two fonts of one name would share those of the first.
    builder.setupNameTable({"familyName": "Noto Sans Hans", "styleName": "Subset", "psName": name})
    builder.setupOS2(sTypoAscender=font["hhea"].ascent, sTypoDescender=font["hhea"].descent)
    builder.setupPost()
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _quadratic(outlines: Mapping[str, Any], name: str) -> Glyph:
    pen = TTGlyphPen(None)
    outlines[name].draw(Cu2QuPen(pen, _MOST_OFF, reverse_direction=True))
    return pen.glyph()
