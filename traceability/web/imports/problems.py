"""What is wrong in a sheet, in the reader's words."""

from dataclasses import dataclass

from django.utils.translation import gettext

from traceability.errors import MESSAGES
from traceability.models import SheetImport
from traceability.services.imports.going_through import KINDS


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the report: where, what stood there, and what is wrong with it."""

    line: int
    column: str
    value: str
    message: str


def told(found: SheetImport) -> list[Told]:
    """Tell all that is wrong, in the order of the file, each column by the heading of the template."""
    headings = {one.name: one.headings[0] for one in KINDS[found.kind].columns}
    return [
        Told(
            line=one["line"],
            column=headings.get(one["field"], ""),
            value=one["value"],
            message=gettext(MESSAGES[one["rule"]]).format(**one["params"]),
        )
        for one in found.problems
    ]
