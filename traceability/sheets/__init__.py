"""Sheets that people fill in, read row by row: CSV in the encodings that offices here write, and Excel.

Pure: bytes in, rows and what is wrong with them out; nothing is loaded and no row is lost. A kind of sheet is a list of
`Column`s, each with a name, the headings under which people know it, and a reader of one cell:

    columns = [Column("number", ("地块编号", "plot number"), text(40)), Column("kg", ("重量", "weight"), weight())]
    sheet = open_sheet(data, columns)
    for row in sheet.rows():
        row.problems or use(row.values)

Memory does not grow with the number of rows. Numbers are exact decimals; units are said in the cell, in a column of
their own kind or in the heading, and never guessed.
"""

from traceability.sheets.cells import Amount, choice, day, decimal, identifier, text, whole
from traceability.sheets.quantities import area, dose, weight
from traceability.sheets.sheet import Column, Problem, Row, Sheet, open_sheet
from traceability.sheets.tables import Limits, SheetError
from traceability.sheets.writing import csv_bytes, harmless, xlsx_bytes

__all__ = [
    "Amount",
    "Column",
    "Limits",
    "Problem",
    "Row",
    "Sheet",
    "SheetError",
    "area",
    "choice",
    "csv_bytes",
    "day",
    "decimal",
    "dose",
    "harmless",
    "identifier",
    "open_sheet",
    "text",
    "weight",
    "whole",
    "xlsx_bytes",
]
