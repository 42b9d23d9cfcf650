"""From whatever stands on a bag, a pallet or a delivery note to the lots that it may mean."""

import re
from urllib.parse import unquote
from uuid import UUID

from django.db.models import Q, QuerySet

from traceability.epcis import identifiers
from traceability.epcis.keys import Key
from traceability.models import BagCode, Lot

MOST = 20
_LONGEST = 400
# Our own address of an item, on any domain under which we are reached.
_OWN = re.compile(r"/trace/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:[/?#]|$)", re.IGNORECASE)
# (01)09520260000103(10)PJ261016A1 as a reader shows it, or GTIN and number as a person copies them.
_ELEMENTS = re.compile(r"\(01\)([0-9]{14})\((10|21)\)([!-~]{1,20})")
_BAG = re.compile(r"/01/([0-9]{14})/21/([^/?#]+)$")
_PAIR = re.compile(r"([0-9]{8,14})[\s,;/]+([!-~]{1,20})", re.ASCII)
_SSCC = re.compile(r"(?:\(00\))?([0-9]{18})", re.ASCII)


def lots_of_code(text: str) -> QuerySet[Lot]:
    """Find the items that a code may mean, at most MOST, the newest first.

    A GTIN with lot number, a Digital Link, a single bag's code, an EPC, our own address; or a lot number by itself, the
    supplier's own included, which several may bear.
    """
    said = text.strip()
    found = Lot.objects.select_related("registrant", "custodian")
    if not said or len(said) > _LONGEST or "\0" in said:
        return found.none()
    return found.filter(_wanted(said)).order_by("-produced_on", "code", "pk")[:MOST]


def _wanted(said: str) -> Q:
    own = _OWN.search(said)
    if own:
        return Q(pk=UUID(own[1]))
    name = _name(said)
    if not name:
        return Q(code__iexact=said) | Q(supplier_code__iexact=said) | _bag(serial=said)
    bag = _BAG.search(name)
    # A single bag is no item of the log: its code leads to the lot that it was filled from.
    return Q(epc=name) | _bag(gtin=bag[1], serial=unquote(bag[2])) if bag else Q(epc=name)


def _bag(**code: str) -> Q:
    return Q(pk__in=BagCode.objects.filter(**code).values("batch__lot"))


def _name(said: str) -> str:
    if "://" in said or said.lower().startswith("urn:"):
        return identifiers.item_name(said)
    elements, pair, sscc = _ELEMENTS.fullmatch(said), _PAIR.fullmatch(said), _SSCC.fullmatch(said)
    if elements:
        return Key("01", elements[1], elements[2], elements[3]).uri
    if pair:
        return Key("01", pair[1].zfill(14), "10", pair[2]).uri
    return Key("00", sscc[1]).uri if sscc else ""
