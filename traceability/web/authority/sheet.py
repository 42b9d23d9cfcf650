"""The list of a recall as a spreadsheet that can be sorted and filtered at once."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from traceability.queries.recalls import Holder
from traceability.sheets import harmless
from traceability.web.authority.tree import Row

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 48


def workbook(rows: Iterable[Row], holders: Iterable[Holder], *, contacts: bool) -> bytes:
    """Write lots and holders, a sheet each."""
    book = Workbook()
    lots: Any = book.active
    lots.title = _("Lots")
    _fill(lots, _lot_names(), [_lot(row) for row in rows])
    parties = book.create_sheet(_("Holders"))
    _fill(parties, _holder_names(contacts=contacts), [_holder(one, contacts=contacts) for one in holders])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return harmless(value) if isinstance(value, str) else value


def _fill(sheet: Any, names: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    for row in [names, *rows]:
        sheet.append([_value(value) for value in row])
    for number, cells in enumerate(sheet.columns, 1):
        cells[0].font = Font(bold=True)
        widest = max(len(str(cell.value or "")) for cell in cells)
        sheet.column_dimensions[get_column_letter(number)].width = min(widest + 4, _WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _lot_names() -> list[str]:
    return [
        _("Lot number"),
        _("Product"),
        _("GTIN"),
        _("Identifier"),
        _("Steps away"),
        _("Holder"),
        _("Weighed, kg"),
        _("In stock, kg"),
        _("Used, kg"),
        _("At most of the lot, kg"),
        _("Held"),
    ]


def _lot(row: Row) -> list[object]:
    line = row.line
    facts = [line.code, line.product_name, line.gtin, line.epc, row.distance, line.holder]
    return [*facts, row.weighed, row.left, row.taken, row.most, _("yes") if line.held else _("no")]


def _holder_names(*, contacts: bool) -> list[str]:
    names = [_("Holder"), _("Lots"), _("By the books, kg"), _("Found, kg"), _("Kept back, kg"), _("Destroyed, kg")]
    return [*names, _("Contact")] if contacts else names


def _holder(one: Holder, *, contacts: bool) -> list[object]:
    said = one.answer
    found = [said.found_kg, said.blocked_kg, said.destroyed_kg] if said else [None, None, None]
    row = [one.party.name, one.lots, one.kg, *found]
    return [*row, "; ".join(f"{name} {phone}" for name, phone in one.contacts)] if contacts else row
