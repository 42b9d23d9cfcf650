"""Lots as lists and families show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from traceability.models import Lot
from traceability.queries.lots import Relative
from traceability.web.trace_text import product


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A lot of a family: how far away, what it is, whose, and its page, or the public one where it is another's."""

    lot: Lot
    distance: int
    name: str
    mine: bool
    trace_url: str


def trace_url(lot: Lot) -> str:
    """Give the address of a lot's public page: its GS1 Digital Link where it has a GTIN."""
    if lot.gtin and lot.code:
        return f"/01/{lot.gtin}/10/{quote(lot.code, safe='')}"
    return f"/trace/{lot.pk}"


def named_family(relatives: Iterable[Relative], mine: set[UUID]) -> list[FamilyMember]:
    """Put relatives into words; `mine` are the lots whose pages the reader may see."""
    return [
        FamilyMember(one.lot, one.distance, product(one.lot), one.lot.pk in mine, trace_url(one.lot))
        for one in relatives
    ]
