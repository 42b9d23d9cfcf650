"""What must hold after a storm: nothing acknowledged is lost, the log is whole, kilograms and books balance."""

from collections.abc import Mapping
from typing import Any

from django.db import connection

from orders.models import PresaleOrder
from traceability.models import LogEntry, LogState, OutboxEntry, SignedCheckpoint
from traceability.services.fsck import Fsck

# Each finds what must not be there. The database adds up itself, past all code of ours.
_WRONG: Mapping[str, str] = {
    "lots_below_zero": "SELECT count(*) FROM traceability_lot WHERE kg < 0",
    "runs_that_made_mass": """
        SELECT count(*) FROM (
            SELECT run_id FROM traceability_processpart GROUP BY run_id
            HAVING sum(kg) FILTER (WHERE kind = 'INPUT') < coalesce(sum(kg) FILTER (WHERE kind <> 'INPUT'), 0)
        ) AS found""",
    "harvests_that_do_not_add_up": """
        SELECT count(*) FROM (
            SELECT lot.id FROM traceability_lot AS lot
            JOIN ledger_entry AS entry ON entry.entity = 'lot:' || lot.id::text AND entry.eseq = 0
            CROSS JOIN LATERAL (SELECT convert_from(entry.leaf, 'UTF8')::json AS leaf) AS told
            LEFT JOIN traceability_processpart AS part ON part.lot_id = lot.id AND part.kind = 'INPUT'
            WHERE told.leaf ->> 'type' = 'lot.harvested'
            GROUP BY lot.id, lot.kg, told.leaf -> 'body' ->> 'kg'
            HAVING (told.leaf -> 'body' ->> 'kg')::numeric <> lot.kg + coalesce(sum(part.kg), 0)
        ) AS found""",
    "orders_under_one_number": """
        SELECT count(*) FROM (
            SELECT channel_id FROM orders_presaleorder GROUP BY channel_id, external_id HAVING count(*) > 1
        ) AS found""",
    "lines_promised_more_than_ordered": """
        SELECT count(*) FROM orders_orderline AS line WHERE line.kg <
            (SELECT coalesce(sum(kg), 0) FROM orders_reservation WHERE line_id = line.id)
            + (SELECT coalesce(sum(firm_kg), 0) FROM orders_allocation
               WHERE line_id = line.id AND state NOT IN ('released', 'substituted', 'rejected'))""",
    "supplies_promised_more_than_expected": """
        SELECT count(*) FROM orders_plansupply AS supply WHERE supply.p90_kg <
            (SELECT coalesce(sum(kg), 0) FROM orders_reservation WHERE supply_id = supply.id)
            + (SELECT coalesce(sum(firm_kg), 0) FROM orders_allocation
               WHERE supply_id = supply.id AND state NOT IN ('released', 'substituted', 'rejected'))""",
}


def is_settled() -> bool:
    """Whether all that was taken is in the log, and all of the log is signed."""
    state = LogState.objects.get()
    return not OutboxEntry.objects.exists() and SignedCheckpoint.objects.filter(size=state.size).exists()


def judge(acknowledged: set[str], orders: Mapping[str, str]) -> dict[str, Any]:
    """Check everything; `orders` are the shop's numbers with the ids that it was told. Requires a settled log."""
    kept = {str(one) for one in LogEntry.objects.values_list("record_id", flat=True)}
    placed = {one: str(key) for one, key in PresaleOrder.objects.values_list("external_id", "pk")}
    with connection.cursor() as cursor:
        wrong = {name: _count(cursor, query) for name, query in _WRONG.items()}
    return {
        "entries": len(kept),
        "acknowledged": len(acknowledged),
        "acknowledged_and_lost": len(acknowledged - kept),
        "orders": len(placed),
        "orders_lost_or_doubled": len(orders.items() - placed.items()),
        "fsck": [str(fault) for fault in Fsck().faults()],
        **wrong,
    }


def is_good(found: Mapping[str, Any]) -> bool:
    """Whether nothing is wrong."""
    names = {"acknowledged_and_lost", "orders_lost_or_doubled", *_WRONG}
    return not found["fsck"] and not any(found[name] for name in names)


def _count(cursor: Any, query: str) -> int:
    cursor.execute(query)
    return int(cursor.fetchone()[0])
