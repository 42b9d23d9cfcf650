"""Lots and samples, as far as a member may see them, and the family of a lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Membership
from traceability.enums import ShipmentState
from traceability.models import Lot, Sample, Shipment

# Deeper than any chain of trade; what turns in a circle ends by itself.
_DEEPEST = 50


def lots_visible_to(membership: Membership) -> QuerySet[Lot]:
    """List the lots that the party made or has in hand, that come to it, or of which it has samples; newest first."""
    party = membership.organisation_id
    sampled = Sample.objects.filter(lot=OuterRef("pk"), laboratory=party)
    seen = Lot.objects.filter(
        Q(registrant=party) | Q(custodian=party) | Exists(sampled) | Exists(_roads(receiver=party))
    )
    return seen.select_related("registrant", "custodian").order_by("-produced_on", "-code", "pk")


def _roads(**by: object) -> QuerySet[Shipment]:
    return Shipment.objects.filter(lot=OuterRef("pk"), state=ShipmentState.SHIPPED, **by)


def stock_of(membership: Membership) -> QuerySet[Lot]:
    """List the lots in the party's hands of which something is left, the oldest first: what came first goes first."""
    return to_ship_of(membership).filter(kg__gt=0)


def to_ship_of(membership: Membership) -> QuerySet[Lot]:
    """List the same, and those of which nobody has said how much there is."""
    left = Q(kg__gt=0) | Q(kg=None)
    in_hand = Lot.objects.filter(~Exists(_roads()), left, custodian=membership.organisation_id)
    return in_hand.select_related("registrant", "custodian").order_by("produced_on", "code", "pk")


def samples_given_to(membership: Membership) -> QuerySet[Sample]:
    """List the samples that were given to the member's party, those without a report first, then the newest."""
    given = Sample.objects.filter(laboratory=membership.organisation_id)
    return given.select_related("lot__registrant", "laboratory").order_by(
        F("reported_on").desc(nulls_first=True), "-taken_on", "pk"
    )


@dataclass(frozen=True, slots=True)
class Relative:
    """A lot from which another was made, or that was made of it, so many steps away."""

    lot: Lot
    distance: int


def ancestors_of(lot: Lot) -> list[Relative]:
    """List all lots that went into a lot, the nearest first, in two statements."""
    return _relatives(lot, "product_id", "source_id")


def descendants_of(lot: Lot) -> list[Relative]:
    """List all lots that were made of a lot, the nearest first, in two statements."""
    return _relatives(lot, "source_id", "product_id")


# UNION drops what was found before, so that lots which were reworked into themselves end the walk.
_FAMILY = """
WITH RECURSIVE family (id, distance) AS (
    SELECT {to}, 1 FROM traceability_lotlink WHERE {at} = %(lot)s
    UNION
    SELECT link.{to}, family.distance + 1
    FROM traceability_lotlink AS link JOIN family ON link.{at} = family.id
    WHERE family.distance < %(deepest)s
)
SELECT id, min(distance) FROM family WHERE id <> %(lot)s GROUP BY id ORDER BY min(distance), id
"""


def _relatives(lot: Lot, at: str, to: str) -> list[Relative]:
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY.format(at=at, to=to), {"lot": lot.pk, "deepest": _DEEPEST})
        found: Sequence[tuple[UUID, int]] = cursor.fetchall()
    lots = Lot.objects.select_related("registrant", "custodian").in_bulk([lot_id for lot_id, _ in found])
    return [Relative(lots[lot_id], distance) for lot_id, distance in found]
