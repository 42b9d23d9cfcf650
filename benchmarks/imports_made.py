"""A dirty sheet of orders, made up: as shops send them, with every fault that is known of each row.

Pure: a seed in, rows out. Nothing in it is real; the buyers' names are numbers.
"""

import codecs
import csv
import io
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

HEADING = ("下单日期", "订单号", "产品", "交货开始", "数量", "收货地区", "等级", "单价(元)", "买家", "渠道", "活动")
COLUMNS = ("day", "number", "product", "window", "kg", "region", "grade", "price", "buyer", "channel", "campaign")
PRODUCT, WINDOWS, GRADES, REGIONS = "盘锦稻谷", ("2026-10-01", "2026-10-16"), ("一等", "二等"), ("盘锦", "沈阳")
# Offered once, and over; never offered, and past; a region to which no road leads.
CLOSED_WINDOW, PAST_WINDOW, FAR_REGION = "2026-09-10", "2026-06-01", "大连"
CHANNEL, CAMPAIGN = "shop", "summer"
# Beyond ten times what is usual, which is 20 to 60 kg; and beyond five times the usual price of 4 yuan.
LEAST_SLIP_KG, LEAST_SLIP_YUAN = 700, 21
ENCODINGS: Mapping[str, str] = MappingProxyType({"gbk": "gbk", "bom": "utf-8-sig", "utf16": "utf-16"})
BAD_SHARE = 0.2
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@dataclass(frozen=True, slots=True)
class Fault:
    """The one thing that is wrong with a row: which column, and the rule that it breaks."""

    field: str
    rule: str


@dataclass(frozen=True, slots=True)
class Made:
    """A row's cells by column, what it orders in grams, and its fault where it has one."""

    cells: Mapping[str, str]
    grams: int
    fault: Fault | None = None


Spoiler = Callable[[dict[str, str], random.Random], Fault]


def rows(count: int, *, seed: int = 1) -> Iterator[Made]:
    """Make so many rows: four of five good, and all kinds of faults among the others in turn."""
    dice = random.Random(seed)
    kinds = list(_SPOILERS)
    earlier: list[Made] = []
    for number in range(count):
        made = _good(number, dice)
        if not earlier or dice.random() >= BAD_SHARE:
            # Enough to repeat some of; all would be a second copy of the file.
            if len(earlier) < 500:
                earlier.append(made)
            yield made
        elif dice.random() < 0.1:
            yield _again(dice.choice(earlier), dice)
        else:
            cells = dict(made.cells)
            yield Made(cells, 0, _SPOILERS[kinds[number % len(kinds)]](cells, dice))


def table(made: Iterable[Made]) -> Iterator[Sequence[str]]:
    """Write rows as the lines of a table, the heading first; the first row stands on line 2."""
    yield HEADING
    for row in made:
        yield [row.cells.get(name, "") for name in COLUMNS] + ([row.cells["beyond"]] if "beyond" in row.cells else [])


def csv_file(made: Iterable[Made], form: str) -> bytes:
    """Write a CSV file in one of the encodings in which offices send it."""
    encoding = ENCODINGS[form]
    written = io.BytesIO()
    # As Excel's "Unicode text": the mark once, and then lines.
    stream = codecs.getwriter(encoding)(written)
    line = io.StringIO()
    writer = csv.writer(line)
    for cells in table(made):
        writer.writerow(cells)
        stream.write(line.getvalue())
        line.seek(0)
        line.truncate()
    return written.getvalue()


def excel_file(made: Iterable[Made]) -> bytes:
    """Write an Excel file whose cells are text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("orders")
    for cells in table(made):
        sheet.append([_as_text(sheet, cell) for cell in cells])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _as_text(sheet: WriteOnlyWorksheet, text: str) -> Cell:
    cell = WriteOnlyCell(sheet, text)
    # Else what begins like a formula would be stored as one, and nothing be left of it to be read.
    cell.data_type = "s"
    return cell


def file_of(made: Iterable[Made], form: str) -> bytes:
    """Write a file of one form: gbk, bom, utf16 or xlsx."""
    return excel_file(made) if form == "xlsx" else csv_file(made, form)


def _good(number: int, dice: random.Random) -> Made:
    kg = dice.randrange(20_000, 60_000)
    cells = {
        "day": dice.choice(("2026-08-01", "2026/8/1", "2026年8月1日", "20260801", "２０２６-０８-０１")),
        "number": f"TB-{number:07}",
        "product": PRODUCT,
        "window": dice.choice(WINDOWS),
        "kg": _quantity(kg, dice),
        "region": dice.choice(REGIONS),
        "grade": dice.choice(GRADES),
        "price": dice.choice(("", "4.2", "４．１０", "3.99")),
        "buyer": f"买家 {number % 977}",
        "channel": dice.choice(("", CHANNEL)),
    }
    if cells["channel"]:
        cells["campaign"] = dice.choice(("", CAMPAIGN))
    return Made(cells, kg)


def _quantity(grams: int, dice: random.Random) -> str:
    """Write a weight in one of the ways in which people do; a jin is 500 g."""
    kg = f"{grams // 1000}.{grams % 1000:03}"
    jin = f"{grams // 500}.{grams % 500 * 2:03}"
    ways = (f"{kg}公斤", f"{kg} kg", f"{kg}千克", f"{jin}斤", f"{grams:,}克", f"{kg}公斤".translate(_WIDE))
    return dice.choice(ways)


def _again(first: Made, dice: random.Random) -> Made:
    """Send an earlier number again: just so, or with another quantity."""
    if dice.random() < 0.5:
        return replace(first, grams=0, fault=Fault("number", "repeated_row"))
    cells = {**first.cells, "kg": _quantity(first.grams + 1, dice)}
    return Made(cells, 0, Fault("number", "differs_from_line"))


def _spoil(field: str, rule: str, *values: str) -> Spoiler:
    def spoil(cells: dict[str, str], dice: random.Random) -> Fault:
        cells[field] = dice.choice(values)
        return Fault(field, rule)

    return spoil


def _too_much(cells: dict[str, str], dice: random.Random) -> Fault:
    cells["kg"] = f"{dice.randrange(LEAST_SLIP_KG, 10 * LEAST_SLIP_KG)}公斤"
    return Fault("kg", "quantity_out_of_range")


def _too_dear(cells: dict[str, str], dice: random.Random) -> Fault:
    cells["price"] = f"{dice.randrange(LEAST_SLIP_YUAN, 10 * LEAST_SLIP_YUAN)}"
    return Fault("price", "price_out_of_range")


def _strange_campaign(cells: dict[str, str], _dice: random.Random) -> Fault:
    cells |= {"channel": CHANNEL, "campaign": "winter"}
    return Fault("campaign", "unknown_campaign")


def _beyond(cells: dict[str, str], _dice: random.Random) -> Fault:
    cells["beyond"] = "??"
    return Fault("", "cells_beyond_heading")


_SPOILERS: Mapping[str, Spoiler] = MappingProxyType(
    {
        "no quantity": _spoil("kg", "empty_text", "", "  "),
        "nothing": _spoil("kg", "not_positive", "0公斤", "0.000 kg", "０斤"),
        "less than nothing": _spoil("kg", "not_positive", "-5公斤", "-0.5斤"),
        "no number": _spoil("kg", "not_a_decimal", "NaN", "nan公斤", "Infinity kg", "1e3 kg", "五十斤", "12..5斤"),
        "below a gram": _spoil("kg", "too_many_places", "1.2345公斤", "20.0001 kg"),
        "boxes": _spoil("kg", "unknown_unit", "3箱", "2盒", "5 boxes"),
        "no unit": _spoil("kg", "unit_missing", "35", "３５"),
        "ten times too much": _too_much,
        "formula for a buyer": _spoil("buyer", "looks_like_formula", "=cmd|' /C calc'!A0", "@SUM(1)", "+86 139", "-1"),
        "formula for a number": _spoil("number", "looks_like_formula", '=HYPERLINK("http://x.example","x")', "＝1+1"),
        "unseen sign": _spoil("buyer", "text_not_printable", "买\x7f家", "a\x7fb"),
        "long name": _spoil("buyer", "text_too_long", "家" * 61),
        "no number of an order": _spoil("number", "empty_text", ""),
        "no day": _spoil("day", "not_a_date", "2026-02-30", "昨天", "8/1"),
        "day to come": _spoil("day", "in_the_future", "2099-01-01"),
        "unknown product": _spoil("product", "unknown_product", "月球土豆"),
        "past window": _spoil("window", "window_in_the_past", PAST_WINDOW),
        "window without an offer": _spoil("window", "no_offer_then", "2026-12-01"),
        "offer that is over": _spoil("window", "offer_over", CLOSED_WINDOW),
        "unknown grade": _spoil("grade", "no_offer_of_grade", "特优", "九等"),
        "unknown region": _spoil("region", "no_such_region", "火星"),
        "no road": _spoil("region", "unknown_region", FAR_REGION),
        "price of nothing": _spoil("price", "price_out_of_range", "0", "0.00"),
        "five times the price": _too_dear,
        "price below a fen": _spoil("price", "too_many_places", "4.205"),
        "negative price": _spoil("price", "below_minimum", "-4.2"),
        "unknown channel": _spoil("channel", "unknown_channel", "elsewhere"),
        "unknown campaign": _strange_campaign,
        "cells beyond": _beyond,
    }
)
