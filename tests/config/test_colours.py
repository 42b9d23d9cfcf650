"""Text can be read against what it stands on, in daylight and in the dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

import config

TOKENS = (Path(config.__file__).parent / "static" / "config" / "tokens.css").read_text()
TEXT = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "rice-soft"),
    ("ink", "straw-soft"),
    ("ink", "signal-soft"),
    ("muted", "paper"),
    ("muted", "surface"),
    ("muted-deep", "rice-soft"),
    ("muted-deep", "straw-soft"),
    ("muted-deep", "signal-soft"),
    ("rice", "paper"),
    ("rice", "surface"),
    ("rice", "rice-soft"),
    ("on-rice", "rice"),
    ("on-rice", "rice-deep"),
    ("straw", "straw-soft"),
    ("signal", "paper"),
    ("signal", "surface"),
    ("signal", "signal-soft"),
    ("on-signal", "signal"),
]
CONTROLS = [("edge", "paper"), ("edge", "surface"), ("rice", "paper"), ("signal", "surface")]


def palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


LIGHT, DARK = (palette(block) for block in TOKENS.split("@media screen and (prefers-color-scheme: dark)"))
PALETTES = [LIGHT, {**LIGHT, **DARK}]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", PALETTES, ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), TEXT)
def test_text_stands_out_from_its_ground(colours: dict[str, str], front: str, ground: str) -> None:
    assert contrast(colours[front], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", PALETTES, ids=["light", "dark"])
@pytest.mark.parametrize(("front", "ground"), CONTROLS)
def test_controls_stand_out_from_their_ground(colours: dict[str, str], front: str, ground: str) -> None:
    assert contrast(colours[front], colours[ground]) >= 3


def test_every_colour_has_a_dark_one() -> None:
    assert set(DARK) == set(LIGHT)
