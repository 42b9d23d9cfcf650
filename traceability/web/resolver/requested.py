"""Which thing a request asks for: the Digital Link in its address, read strictly and brought to one form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from django.http import HttpRequest

from traceability.enums import LotKind
from traceability.epcis.digital_link import STEM, Leniency, parse, write
from traceability.epcis.element_strings import Element
from traceability.epcis.keys import Key
from traceability.models import BagCode, Lot
from traceability.queries.scans import bag_of

# Names instead of numbers and shorter GTINs lead to the one form; GS1 asks resolvers to know them.
_LENIENCY = Leniency.SHORT_NAMES | Leniency.SHORT_GTINS
_HOST = "https://resolver.invalid"
# A lot number may hold a slash, and servers that hand on decoded addresses show it as one.
_SLASHED = re.compile(
    r"/01/(?P<gtin>[0-9]{8,14})/(?P<ai>10|21)/(?P<value>(?!.*/(?:22|10)/).+?)(?:/21/(?P<serial>[^/]+))?/?"
)
_FINER = ("21", "10", "235", "254", "8011")


@dataclass(frozen=True, slots=True)
class Item:
    """What a Digital Link names here: a lot, one bag of it, or only the product."""

    gtin: str
    lot: Lot | None = None
    bag: BagCode | None = None


def sent_path(request: HttpRequest) -> str:
    """Give the path as it was sent, escapes and all; "" where the server does not tell it."""
    sent = str(request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or "")
    return sent.partition("?")[0] if sent.startswith("/") else ""


def elements_of(request: HttpRequest) -> list[Element]:
    """Read what the address names. Raises ElementError."""
    numbers = [name for name in request.GET if name.isascii() and name.isdigit()]
    query = "&".join(f"{name}={quote(request.GET.get(name, ''), safe='')}" for name in numbers)
    path = sent_path(request) or _escaped(request.path_info)
    return parse(f"{_HOST}{path.removesuffix('/')}?{query}", leniency=_LENIENCY)


def _escaped(path: str) -> str:
    """Escape a path again that the server handed on without its escapes: what follows a lot's key is its number."""
    found = _SLASHED.fullmatch(path)
    if found is None:
        return quote(path, safe="/")
    tail = f"/21/{quote(found['serial'], safe='')}" if found["serial"] else ""
    return f"/01/{found['gtin']}/{found['ai']}/{quote(found['value'], safe='')}{tail}"


def canonical_path(elements: Sequence[Element]) -> str:
    """Write the key and its qualifiers as the one path under which a thing is found here."""
    return write(elements).removeprefix(STEM).partition("?")[0]


def is_canonical(request: HttpRequest, path: str) -> bool:
    """Tell whether a request came under the one path of what it names."""
    sent = sent_path(request)
    return sent == path if sent else request.path_info == unquote(path)


def item_of(elements: Sequence[Element]) -> Item | None:
    """Find what a Digital Link names; None where nothing is recorded under it."""
    values = {one.ai: one.value for one in elements}
    gtin = values.get("01", "")
    bag = bag_of(gtin, values.get("21", ""))
    if bag:
        told = values.get("10")
        return Item(gtin, bag.batch.lot, bag) if told in {None, bag.batch.lot.code} else None
    # What each party says of a product by itself is nobody's page.
    items = Lot.objects.exclude(kind=LotKind.CLASS)
    lot = items.select_related("registrant").filter(epc=_key(elements).uri).first()
    if lot:
        return Item(gtin, lot)
    names_product = not set(values) & set(_FINER) and items.filter(gtin=gtin).exclude(gtin="").exists()
    return Item(gtin) if names_product else None


def _key(elements: Sequence[Element]) -> Key:
    """Give the key with its finest qualifier, by which items are recorded."""
    values = {one.ai: one.value for one in elements}
    leading = elements[0]
    finest = next((ai for ai in _FINER if ai in values and ai != leading.ai), "")
    return Key(leading.ai, leading.value, finest, values.get(finest, ""))
