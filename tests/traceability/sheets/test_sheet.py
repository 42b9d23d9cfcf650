import csv
import io
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.sheets import (
    Amount,
    Column,
    Limits,
    Row,
    SheetError,
    area,
    choice,
    csv_bytes,
    day,
    decimal,
    identifier,
    open_sheet,
    text,
    weight,
    whole,
    xlsx_bytes,
)

COLUMNS = [
    Column("number", ("订单号", "order number"), identifier(r"[A-Z0-9-]{1,20}", "A-1")),
    Column("weight", ("重量", "weight"), weight()),
    Column("day", ("日期", "day"), day, required=False),
    Column("note", ("备注", "note"), text(20), required=False),
    Column("crop", ("作物", "crop"), choice({"rice": ("水稻", "rice"), "peanut": ("花生",)}), required=False),
]
HEADING = "订单号,重量(斤),日期,备注,作物\n"


def rows(content: str | bytes, encoding: str = "utf-8") -> list[Row]:
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return list(open_sheet(data, COLUMNS).rows())


def found(line: str) -> list[tuple[str, str, str]]:
    (row,) = rows(HEADING + line)
    return [(one.field, one.value, one.rule) for one in row.problems]


def broken(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(SheetError) as caught:
        list(open_sheet(data, COLUMNS, limits).rows())
    return caught.value.rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_offices_write_is_read_alike(encoding: str, separator: str) -> None:
    content = f"{HEADING}A-1,500,2026年5月1日,大樱桃,水稻\n".replace(",", separator)

    (row,) = rows(content, encoding)

    assert row.problems == []
    assert row.values == {
        "number": "A-1",
        "weight": Amount(Decimal(500), "jin"),
        "day": date(2026, 5, 1),
        "note": "大樱桃",
        "crop": "rice",
    }


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("１２．５", Amount(Decimal("12.5"), "jin")),
        ("12.5 公斤", Amount(Decimal("12.5"), "kg")),
        ("2吨", Amount(Decimal(2), "t")),
        ("500 克", Amount(Decimal("0.500"), "kg")),
        ('"1,234.5kg"', Amount(Decimal("1234.5"), "kg")),
        ("3 KG", Amount(Decimal(3), "kg")),
    ],
)
def test_a_weight_is_read_with_its_own_unit_or_the_headings(cell: str, amount: Amount) -> None:
    (row,) = rows(f"{HEADING}A-1,{cell}\n")

    assert (row.values["weight"], row.problems) == (amount, [])


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("A-1,abc", ("weight", "abc", "not_a_decimal")),
        ("A-1,NaN", ("weight", "NaN", "not_a_decimal")),
        ("A-1,inf", ("weight", "inf", "not_a_decimal")),
        ("A-1,1e3", ("weight", "1e3", "not_a_decimal")),
        ("A-1,-5", ("weight", "-5", "not_positive")),
        ("A-1,0", ("weight", "0", "not_positive")),
        ("A-1,1.2345", ("weight", "1.2345", "too_many_places")),
        ("A-1,5箱", ("weight", "5箱", "unknown_unit")),
        ("A-1,", ("weight", "", "empty_text")),
        ("a b,5", ("number", "a b", "wrong_format")),
        ("A-1,5,2026-02-30", ("day", "2026-02-30", "not_a_date")),
        ("A-1,5,next week", ("day", "next week", "not_a_date")),
        ("A-1,5,,=1+1", ("note", "=1+1", "looks_like_formula")),
        ("A-1,5,,＝cmd", ("note", "=cmd", "looks_like_formula")),
        ("A-1,5,,@x", ("note", "@x", "looks_like_formula")),
        ("A-1,5,,ab\x07", ("note", "ab\x07", "text_not_printable")),
        ("A-1,5,,ab\u202e", ("note", "ab\u202e", "text_not_printable")),
        ("A-1,5,," + 21 * "长", ("note", 21 * "长", "text_too_long")),
        ("A-1,5,,,玉米", ("crop", "玉米", "not_in_list")),
        ("A-1,5,,,,beyond", ("", "", "cells_beyond_heading")),
    ],
)
def test_a_bad_cell_is_named_by_field_value_and_rule(line: str, problem: tuple[str, str, str]) -> None:
    assert found(line) == [problem]


def test_lines_are_counted_as_the_file_has_them() -> None:
    content = f'\n{HEADING}A-1,5,,"two\nlines"\n\n   ,\nA-2,x\n'

    assert [(row.line, [one.line for one in row.problems]) for row in rows(content)] == [(3, [3]), (7, [7])]


def test_headings_are_known_in_both_languages_and_the_rest_is_named() -> None:
    sheet = open_sheet("Order_Number, WEIGHT [kg] ,门店\nA-1,5,三号店\n".encode(), COLUMNS)

    (row,) = sheet.rows()

    assert (row.values, sheet.ignored) == ({"number": "A-1", "weight": Amount(Decimal(5), "kg")}, ("门店",))


def test_without_a_unit_nothing_is_guessed() -> None:
    (row,) = rows("订单号,重量\nA-1,5\n")

    assert [one.rule for one in row.problems] == ["unit_missing"]


def test_numbers_are_bounded() -> None:
    columns = [Column("n", ("n",), whole(1, 9)), Column("d", ("d",), decimal(places=1, most=Decimal(2)))]
    sheet = open_sheet(b"n,d\n10,2.1\n0,-1\n3,1.5\n", columns)

    assert [[one.rule for one in row.problems] for row in sheet.rows()] == [
        ["above_maximum", "above_maximum"],
        ["below_minimum", "below_minimum"],
        [],
    ]
    assert area()("38.6亩", "") == Amount(Decimal("38.6"), "mu")


def test_an_excel_file_is_read_as_it_shows() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in (["订单号", "重量(公斤)", "日期"], ["A-1", 38.6, datetime(2026, 5, 1)], [], ["A-2", 1e-3, "2026/5/2"]):  # noqa: DTZ001 - as Excel keeps days
        sheet.append(line)
    written = io.BytesIO()
    book.save(written)

    first, second = rows(written.getvalue())

    assert first.values == {"number": "A-1", "weight": Amount(Decimal("38.6"), "kg"), "day": date(2026, 5, 1)}
    assert (second.line, second.values["weight"]) == (4, Amount(Decimal("0.001"), "kg"))


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(1 << 20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "headings_missing"),
        ("订单号\nA-1\n".encode(), "headings_missing"),
        ("订单号,订单号,重量\n".encode(), "repeated_heading"),
        (f'{HEADING}A-1,"5"x\n'.encode(), "not_csv"),
        (f"{HEADING}A-1,5\n".encode() + b"\xff\xff\xff", "unknown_encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old_excel"),
        (b"PK\x03\x04 nothing", "not_excel"),
        (f"{HEADING}{'A-1,5' * 500}\n".encode(), "too_many_columns"),
        (f"{HEADING}A-1,{'5' * 2001}\n".encode(), "cell_too_long"),
    ],
)
def test_what_is_no_sheet_is_refused_as_a_whole(data: bytes, rule: str) -> None:
    assert broken(data) == rule


def test_limits_hold() -> None:
    content = f"{HEADING}A-1,5\nA-2,5\n".encode()

    assert broken(content, Limits(rows=1)) == "too_many_rows"
    assert broken(content, Limits(file_bytes=10)) == "too_many_bytes"
    assert broken(bomb(), Limits(unpacked_bytes=1 << 19)) == "too_many_bytes"
    assert broken(bomb()) == "not_excel"


def test_memory_does_not_grow_with_the_rows() -> None:
    few, many = (HEADING + "A-1,5,2026-05-01,大樱桃,水稻\n" * count for count in (200, 20_000))

    def peak(data: bytes) -> int:
        tracemalloc.start()
        for _ in open_sheet(data, COLUMNS).rows():
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(many.encode("gbk")) < 2 * peak(few.encode("gbk")) + (1 << 20)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\x00"), max_size=30)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8), st.sampled_from(["utf-8", "gb18030"]))
def test_no_row_is_lost_whatever_stands_in_it(lines: Sequence[Sequence[str]], encoding: str) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerows([["订单号", "重量(斤)", "日期", "备注", "作物"], *lines])
    filled = [cells for cells in lines if any(cell.strip() for cell in cells)]

    read = rows(stream.getvalue(), encoding)

    assert len(read) == len(filled)
    for row in read:
        bad = {one.field for one in row.problems}
        assert not bad & row.values.keys()
        assert {"number", "weight"} <= bad | row.values.keys()


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_what_is_given_out_holds_no_formula(lines: list[tuple[str, str]]) -> None:
    given_out = list(csv.reader(io.StringIO(csv_bytes(lines).decode("utf-8-sig"))))

    assert len(given_out) == len(lines)
    assert not [cell for line in given_out for cell in line if cell.startswith(("=", "+", "-", "@"))]


def test_a_template_in_either_form_can_be_read_back() -> None:
    lines = [["订单号", "重量(斤)"], ["A-1", "500"]]

    for data in (csv_bytes(lines), xlsx_bytes(lines, title="订单")):
        (row,) = rows(data)
        assert (row.values["weight"], row.problems) == (Amount(Decimal(500), "jin"), [])
