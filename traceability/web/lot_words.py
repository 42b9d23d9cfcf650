"""Lots as lists and families show them."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from django.db.models import QuerySet

from traceability.models import Lot
from traceability.queries.lots import Relative, ancestors_of, descendants_of
from traceability.web.trace.text import product


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


@dataclass(frozen=True, slots=True)
class Family:
    """The lots from which one was made, and those made of it, the nearest first."""

    ancestors: list[FamilyMember]
    descendants: list[FamilyMember]


def family_of(lot: Lot, visible: QuerySet[Lot]) -> Family:
    """Put a lot's family into words; `visible` are the lots whose pages the reader may see."""
    up, down = ancestors_of(lot), descendants_of(lot)
    theirs = visible.filter(pk__in=[one.lot.pk for one in (*up, *down)])
    mine = set(theirs.values_list("pk", flat=True))
    return Family([_named(one, mine) for one in up], [_named(one, mine) for one in down])


def _named(one: Relative, mine: set[UUID]) -> FamilyMember:
    return FamilyMember(one.lot, one.distance, product(one.lot), one.lot.pk in mine, trace_url(one.lot))
