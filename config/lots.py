"""From a number on a bag to the page of its lot."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from traceability.models import Lot

# GS1 Digital Link: /01/{GTIN}/10/{lot}, wherever the address begins and whatever follows.
_LINK = re.compile(r"/01/(?P<gtin>[0-9]{8,14})/10/(?P<code>[^/?#]{1,60})", re.ASCII)
MOST = 20


@dataclass(frozen=True, slots=True)
class FoundLot:
    """A lot that has a page."""

    name: str
    code: str
    gtin: str
    url: str


def public_lots(*, code: str) -> list[FoundLot]:
    """Find the lots with a page that bear this number, at most MOST; an address from a QR code names one."""
    if "\0" in code:
        # No column of the database can hold it, so that the question itself would be an error.
        return []
    link = _LINK.search(code)
    wanted = {"gtin": link["gtin"].zfill(14), "code": link["code"]} if link else {"code": code}
    lots = Lot.objects.filter(**wanted).exclude(gtin="").order_by("gtin", "pk")[:MOST]
    return [FoundLot(lot.product_name or lot.code, lot.code, lot.gtin, _url(lot)) for lot in lots]


def _url(lot: Lot) -> str:
    return f"/01/{quote(lot.gtin, safe='')}/10/{quote(lot.code, safe='')}"
