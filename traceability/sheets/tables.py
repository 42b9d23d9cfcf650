"""Files as tables of text: which encoding, which separator, and nothing that could not be a sheet of a person's."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from traceability.errors import InputError

_CHUNK = 1 << 16
_SEPARATORS = "\t;,"
_ZIP = b"PK\x03\x04"
# The old Excel format, and the page that some systems export under its name.
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"

# A line's number in the file, from 1, and its cells.
Line = tuple[int, Sequence[str]]


class SheetError(InputError):
    """A file is no sheet that can be read, whatever stands in its rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a file may hold. Unpacked counts what an Excel file holds once its compression is undone."""

    file_bytes: int = 32 << 20
    unpacked_bytes: int = 256 << 20
    rows: int = 200_000
    columns: int = 60
    cell: int = 2_000


def lines(data: bytes, limits: Limits) -> Iterator[Line]:
    """Read a file's lines that are not empty. Raises SheetError."""
    if len(data) > limits.file_bytes:
        raise SheetError("", "too_many_bytes", size=len(data), limit=limits.file_bytes)
    if data.startswith(_OLD_EXCEL):
        raise SheetError("", "old_excel")
    found = _excel_lines(data, limits) if data.startswith(_ZIP) else _text_lines(data, limits)
    count = 0
    for number, cells in found:
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        # The heading does not count.
        if count > limits.rows + 1:
            raise SheetError(f"/{number}", "too_many_rows", limit=limits.rows)
        _check_shape(number, cells, limits)
        yield number, cells


def _check_shape(number: int, cells: Sequence[str], limits: Limits) -> None:
    if len(cells) > limits.columns:
        raise SheetError(f"/{number}", "too_many_columns", limit=limits.columns)
    if any(len(cell) > limits.cell for cell in cells):
        raise SheetError(f"/{number}", "cell_too_long", limit=limits.cell)


def _text_lines(data: bytes, limits: Limits) -> Iterator[Line]:
    encoding = _encoding(data)
    with io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="") as stream:
        separator = _separator(stream.readline(limits.cell * limits.columns))
        stream.seek(0)
        rows = csv.reader(stream, delimiter=separator, strict=True)
        before = 0
        try:
            for cells in rows:
                yield before + 1, cells
                before = rows.line_num
        except csv.Error as error:
            raise SheetError(f"/{before + 1}", "not_csv") from error


def _encoding(data: bytes) -> str:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    # What is UTF-8 by chance only, no office here has written; what is not, Excel for Windows writes as GB 18030.
    candidates = ["utf-16"] if is_wide else ["utf-8-sig", "gb18030"]
    for name in candidates:
        if _decodes(data, name):
            return name
    raise SheetError("", "unknown_encoding")


def _decodes(data: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for start in range(0, len(data), _CHUNK):
            decoder.decode(data[start : start + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(heading: str) -> str:
    return max(_SEPARATORS, key=lambda one: (heading.count(one), one == ","))


def _excel_lines(data: bytes, limits: Limits) -> Iterator[Line]:
    _check_zip(data, limits)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise SheetError("", "not_excel") from error
    with closing(book):
        if not book.worksheets:
            raise SheetError("", "not_excel")
        sheet = book.worksheets[0]
        # A file may say that it has a million columns; what is there counts.
        sheet.reset_dimensions()
        try:
            for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=limits.columns + 1), 1):
                cells = [_cell(value) for value in values]
                while cells and not cells[-1]:
                    cells.pop()
                yield number, cells
        except (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
            raise SheetError("", "not_excel") from error


def _check_zip(data: bytes, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
    except zipfile.BadZipFile as error:
        raise SheetError("", "not_excel") from error
    if unpacked > limits.unpacked_bytes:
        raise SheetError("", "too_many_bytes", size=unpacked, limit=limits.unpacked_bytes)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case float():
            # The shortest text that stands for the same number is what was typed; never an exponent.
            return format(Decimal(repr(value)), "f").removesuffix(".0")
        case _:
            return str(value)
