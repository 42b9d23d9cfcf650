"""Pictures that stand where photos would be: drawn, and marked so in the picture itself."""

import io
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (840, 560)
_HORIZON = 220
_ROWS = 17
_STRIP = 56

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """How a field looks: its ground, its plants, how high they stand and how far they lean."""

    ground: Colour
    plants: Colour
    height: int
    lean: float = 0.15


_LOOKS = {
    "seedlings": _Look(ground=(146, 165, 168), plants=(122, 168, 88), height=12),
    "green": _Look(ground=(74, 104, 58), plants=(66, 128, 62), height=46),
    "ripe": _Look(ground=(164, 136, 62), plants=(206, 172, 82), height=50, lean=0.5),
    "lodged": _Look(ground=(150, 126, 66), plants=(196, 162, 84), height=34, lean=2.4),
    "peanut-young": _Look(ground=(168, 138, 104), plants=(110, 150, 80), height=9),
    "peanut-green": _Look(ground=(120, 116, 72), plants=(74, 132, 66), height=20, lean=0.8),
}
# 演 and 示 as strokes on a square of 100: fonts with Chinese are not on every machine.
_GLYPHS: tuple[tuple[tuple[Point, ...], ...], ...] = (
    (
        ((8, 12), (20, 22)),
        ((4, 38), (16, 48)),
        ((6, 92), (24, 60)),
        ((62, 3), (65, 13)),
        ((36, 30), (36, 18), (94, 18), (90, 30)),
        ((44, 32), (86, 32)),
        ((42, 44), (88, 44), (88, 76), (42, 76), (42, 44)),
        ((42, 60), (88, 60)),
        ((65, 32), (65, 76)),
        ((56, 82), (38, 96)),
        ((76, 82), (94, 96)),
    ),
    (
        ((28, 14), (72, 14)),
        ((8, 38), (92, 38)),
        ((50, 38), (50, 92), (40, 86)),
        ((30, 54), (12, 80)),
        ((70, 54), (90, 80)),
    ),
)


def picture(kind: str, dice: Random) -> bytes:
    """Draw a field of this kind as a JPEG; the dice decide on the weather and on each plant."""
    look = _LOOKS[kind]
    image = Image.new("RGB", SIZE, look.ground)
    draw = ImageDraw.Draw(image)
    _sky(draw, look.ground, dice)
    for row in range(_ROWS):
        _plants(draw, look, depth=(row / _ROWS) ** 1.7, dice=dice)
    _mark(draw)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=85)
    return written.getvalue()


def _sky(draw: ImageDraw.ImageDraw, ground: Colour, dice: Random) -> None:
    haze = dice.randrange(40)
    for y in range(_HORIZON):
        fade = y / _HORIZON
        draw.line([(0, y), (SIZE[0], y)], fill=(int(150 + 70 * fade), int(188 + 40 * fade), 228 - haze // 2))
    x = 0
    while x < SIZE[0]:
        width, height = dice.randrange(40, 110), dice.randrange(8, 30)
        draw.ellipse([x, _HORIZON - height, x + width, _HORIZON + height], fill=(92 - haze, 118 - haze // 2, 92))
        x += width // 2
    draw.rectangle([0, _HORIZON, *SIZE], fill=ground)


def _plants(draw: ImageDraw.ImageDraw, look: _Look, *, depth: float, dice: Random) -> None:
    # The nearer, the larger and the further apart: a row of plants seen from the edge of the field.
    y = _HORIZON + 14 + depth * (SIZE[1] - _HORIZON)
    size = look.height * (0.3 + 1.9 * depth)
    step = 7 + 28 * depth
    x = -dice.random() * step
    while x < SIZE[0] + step:
        for _blade in range(3):
            tip = (
                x + size * (look.lean * dice.random() + 0.5 * (dice.random() - 0.5)),
                y - size * (0.6 + dice.random()),
            )
            shade = dice.randrange(-22, 22)
            colour = tuple(max(0, min(255, part + shade)) for part in look.plants)
            draw.line([(x + dice.uniform(-2, 2), y), tip], fill=colour, width=1 + int(3 * depth))
        x += step * dice.uniform(0.8, 1.2)


def _mark(draw: ImageDraw.ImageDraw) -> None:
    top = SIZE[1] - _STRIP
    draw.rectangle([0, top, *SIZE], fill=(250, 248, 243))
    for position, strokes in enumerate(_GLYPHS):
        left = 24 + 46 * position
        for stroke in strokes:
            draw.line([(left + x * 0.4, top + 8 + y * 0.4) for x, y in stroke], fill=(29, 36, 32), width=3)
    draw.text((132, top + 12), "/ generated", fill=(29, 36, 32), font=ImageFont.load_default(28))
