import io

import pytest
from PIL import Image

from config.demo.photos import SIZE, picture
from config.demo.seed import Seed
from config.demo.tables import table

ROWS = [*table("fields")["works"], *(row for rows in table("calendars").values() for row in rows)]
KINDS = sorted({row["photo"] for row in ROWS if "photo" in row})


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_the_story_asks_for_can_be_drawn(kind: str) -> None:
    with Image.open(io.BytesIO(picture(kind, Seed(1).dice("a photo")))) as image:
        assert (image.format, image.size) == ("JPEG", SIZE)


def test_picture_is_the_same_for_the_same_dice() -> None:
    assert picture("ripe", Seed(1).dice("a photo")) == picture("ripe", Seed(1).dice("a photo"))
    assert picture("ripe", Seed(1).dice("a photo")) != picture("ripe", Seed(2).dice("a photo"))


def test_picture_says_in_itself_that_it_is_drawn() -> None:
    with Image.open(io.BytesIO(picture("green", Seed(1).dice("a photo")))) as image:
        strip = image.crop((0, SIZE[1] - 50, 320, SIZE[1])).convert("L")

    dark = [sum(strip.crop((x, 0, x + 1, 50)).histogram()[:90]) for x in range(320)]

    # 演, 示 and the word behind them stand apart on light ground.
    assert all(any(dark[start:end]) for start, end in ((24, 64), (70, 110), (132, 300)))
    assert not any(dark[:20])
