"""Rows of lots that a transaction keeps to itself."""

from collections.abc import Sequence

from traceability.models import Lot


def lock_lots(lots: Sequence[Lot]) -> list[Lot]:
    """Lock the rows of lots until the transaction ends, so that two cannot use the same kilograms.

    Always in the order of their ids: two that lock the same rows the other way round would wait for each other.
    """
    ids = [lot.pk for lot in lots]
    rows = Lot.objects.select_for_update(of=("self",)).select_related("custodian").filter(pk__in=ids).order_by("pk")
    return list(rows)
