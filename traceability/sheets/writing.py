"""Sheets that are given out: templates, and reports with what strangers typed in them."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

# What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: str) -> str:
    """Give a cell's text so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Write CSV as Excel here opens it: UTF-8 with a byte order mark."""
    stream = io.StringIO()
    csv.writer(stream).writerows([harmless(cell) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Iterable[Sequence[str]], *, title: str) -> bytes:
    """Write an Excel file of one sheet, the first row bold; every cell is text."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append([harmless(cell) for cell in row])
    for number, column in enumerate(sheet.columns, 1):
        column[0].font = Font(bold=True)
        widest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(2 * widest + 4, 48)
        for cell in column:
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
