"""Lots on the road: what was shipped is used by nobody until it is accepted, refused or taken back."""

from collections.abc import Sequence

from traceability.enums import ShipmentState
from traceability.errors import RefusedError
from traceability.models import Lot, Shipment


def check_not_on_the_way(lots: Sequence[Lot], pointer: str) -> None:
    """Check that none of the lots is on its way to somebody. Raises RefusedError.

    Requires rows that the transaction has locked: who ships a lot locks it, too.
    """
    on_the_way = set(
        Shipment.objects.filter(lot__in=lots, state=ShipmentState.SHIPPED).values_list("lot_id", flat=True)
    )
    for lot in lots:
        if lot.pk in on_the_way:
            raise RefusedError(pointer, "lot_on_the_way", name=str(lot))
