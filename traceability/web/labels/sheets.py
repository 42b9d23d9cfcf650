"""From lots and bags to the labels that are drawn."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from traceability.epcis.digital_link import write
from traceability.epcis.element_strings import bracketed, element
from traceability.labels.formats import FORMATS
from traceability.labels.sheet import Label, Sheet, draw_sheet
from traceability.models import CodeBatch, Lot
from traceability.queries.scans import serials_of
from traceability.web.trace.addresses import address_of
from traceability.web.trace.text import product

FONT = settings.NPM_ROOT / "@embedpdf" / "fonts-sc" / "fonts" / "NotoSansHans-Regular.otf"


def shelf_labels(lots: Iterable[Lot], count: int, *, request: HttpRequest) -> list[Label]:
    """Make labels that are alike for each lot."""
    origin = _origin(request)
    return [label for lot in lots for label in [_of_lot(lot, origin)] * count]


def bag_labels(batch: CodeBatch, *, request: HttpRequest) -> list[Label]:
    """Make a label for each bag of a batch."""
    lot, origin = batch.lot, _origin(request)
    words, name = _words(lot), product(lot)
    found = []
    for serial in serials_of(batch):
        elements = [element("01", lot.gtin), element("21", serial)]
        found.append(Label(write(elements, stem=origin), name, words, bracketed(elements)))
    return found


def sheet_response(labels: list[Label], paper: str, *, name: str) -> HttpResponse:
    """Draw a sheet and answer with it. Raises LabelError."""
    sheet = draw(labels, paper, name=name)
    response = HttpResponse(sheet.pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def draw(labels: list[Label], paper: str, *, name: str) -> Sheet:
    """Draw a sheet on a paper of this name. Raises LabelError."""
    return draw_sheet(labels, FORMATS[paper], font=FONT, title=name)


def _of_lot(lot: Lot, origin: str) -> Label:
    address = address_of(lot)
    keyed = lot.gtin and address.startswith(f"/01/{lot.gtin}/10/")
    plain = bracketed([element("01", lot.gtin), element("10", lot.code)]) if keyed else lot.code
    return Label(origin + address, product(lot), _words(lot), plain)


def _words(lot: Lot) -> tuple[str, ...]:
    day = lot.produced_on.isoformat() if lot.produced_on else ""
    lines = [_("Lot %(code)s") % {"code": lot.code}, _("Made on %(day)s") % {"day": day} if day else ""]
    return tuple(line for line in [*lines, _("Scan to see where it comes from")] if line)


def _origin(request: HttpRequest) -> str:
    """Give the address that labels lead to: what is printed cannot be changed, so an installation may fix it."""
    return settings.LABEL_ORIGIN or request.build_absolute_uri("/").removesuffix("/")
