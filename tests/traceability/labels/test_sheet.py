import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.traceability.labels.reading import codes_on
from traceability.labels.errors import LabelError
from traceability.labels.fonts import STAND_IN, register
from traceability.labels.formats import FORMATS
from traceability.labels.sheet import Label, Sheet, draw_sheet

FONT = Path(__file__).resolve().parents[3] / "node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf"
NAME = "盘锦大米 盐丰47 粳米 5 kg"
needs_font = pytest.mark.skipif(not FONT.exists(), reason=f"no font at {FONT.name}: npm packages are not installed")


def label(number: int = 0, *, name: str = NAME) -> Label:
    serial = f"ABCDEFGHJKMN{number:02}"
    return Label(
        uri=f"https://trace.example.cn/01/06901234000016/21/{serial}",
        name=name,
        lines=("批号 PJ240928A01", "生产日期 2026-10-05"),
        plain=f"(01)06901234000016(21){serial}",
    )


def sheet_of(count: int, name: str = "roll-50x30", *, error: str = "m", font: Path = FONT) -> Sheet:
    return draw_sheet([label(number) for number in range(count)], FORMATS[name], font=font, title="试", error=error)


def pages(sheet: Sheet) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(sheet.pdf)).pages]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("error", ["m", "q"])
def test_every_code_of_every_format_reads_back(name: str, error: str) -> None:
    count = min(FORMATS[name].labels + 1, 27)
    sheet = sheet_of(count, name, error=error)

    found = [code for page in PdfReader(io.BytesIO(sheet.pdf)).pages for code in codes_on(page)]

    assert found == [label(number).uri for number in range(count)]
    assert sheet.module_mm >= 0.33


@pytest.mark.parametrize(
    ("name", "count", "expected"), [("a4-3x8", 24, 1), ("a4-3x8", 25, 2), ("a4-5x13", 65, 1), ("roll-50x30", 3, 3)]
)
def test_a_sheet_has_as_many_pages_as_it_needs(name: str, count: int, expected: int) -> None:
    sheet = sheet_of(count, name)

    assert (sheet.pages, len(pages(sheet))) == (expected, expected)


@pytest.mark.parametrize("name", FORMATS)
def test_labels_stay_on_their_page_and_apart(name: str) -> None:
    form = FORMATS[name]
    corners = [form.corner(place) for place in range(form.labels)]

    assert max(left for left, _ in corners) + form.label[0] <= form.page[0] + 0.01
    assert max(top for _, top in corners) + form.label[1] <= form.page[1] + 0.01
    assert form.columns == 1 or form.across >= form.label[0]
    assert form.rows == 1 or form.down >= form.label[1]


@needs_font
def test_words_can_be_searched_and_their_letters_come_along() -> None:
    sheet = sheet_of(1)

    text = pages(sheet)[0]
    assert "盘锦大米" in text
    assert "批号 PJ240928A01" in text
    assert "(01)06901234000016(21)ABCDEFGHJKMN00" in text
    fonts = PdfReader(io.BytesIO(sheet.pdf)).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    embedded = [one.get_object() for one in fonts.values()]
    assert any("/FontDescriptor" in one and "/FontFile2" in one["/FontDescriptor"] for one in embedded)
    assert len(sheet.pdf) < 60_000


def test_without_the_font_the_readers_own_stands_in(tmp_path: Path) -> None:
    sheet = sheet_of(1, font=tmp_path / "none.otf")

    assert register("盘", source=tmp_path / "none.otf") == STAND_IN
    assert STAND_IN.encode() in sheet.pdf
    assert codes_on(PdfReader(io.BytesIO(sheet.pdf)).pages[0]) == [label().uri]


@needs_font
def test_one_sheet_after_another_has_its_own_letters() -> None:
    for name in ("稻谷", "草莓 abc", "炭烤花生仁"):
        sheet = draw_sheet([label(name=name)], FORMATS["roll-50x30"], font=FONT, title="试")

        assert name in pages(sheet)[0]


@needs_font
def test_a_letter_that_the_font_lacks_does_no_harm() -> None:
    sheet = draw_sheet([label(name="米\U0001f33e")], FORMATS["roll-50x30"], font=FONT, title="试")

    assert "米" in pages(sheet)[0]


@pytest.mark.parametrize("count", [0, 2001])
def test_a_sheet_is_neither_empty_nor_endless(count: int) -> None:
    with pytest.raises(LabelError, match="1 to 2000 labels"):
        draw_sheet([label()] * count, FORMATS["roll-50x30"], font=FONT, title="试")


def test_an_address_too_long_for_the_label_is_refused() -> None:
    long = Label("https://trace.example.cn/" + "a" * 400, NAME, (), "")

    with pytest.raises(LabelError, match="modules would measure"):
        draw_sheet([long], FORMATS["a4-5x13"], font=FONT, title="试")


@needs_font
def test_a_long_name_stays_on_its_label() -> None:
    names = ("盘锦大米" * 20, "Panjin rice of the very best kind from the reed fields by the sea 5 kg")
    for name in names:
        sheet = draw_sheet([label(name=name)], FORMATS["a4-5x13"], font=FONT, title="试")
        lines = pages(sheet)[0].splitlines()
        assert len(lines) <= 5
