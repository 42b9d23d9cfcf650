"""Bare records for tests of the chain itself, which asks for no farm."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from traceability.ledger.leaf import Actor
from traceability.services import chain
from traceability.services.chain import Receipt, Record
from traceability.services.transactions import business_transaction

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
ACTOR = Actor(id=str(UUID(int=1)), party=str(UUID(int=2)), attested="account")
OPENED = {"plot": f"plot:{UUID(int=3)}", "crop": "rice", "variety": "盐丰47", "year": 2026, "area_mu": "38.60"}
TENDED = {"date": "2026-06-01", "operation": "weeding"}


def new_entity() -> str:
    return f"season:{uuid4()}"


def opening(entity: str, **fields: Any) -> Record:
    """The event that begins a season."""
    said = {"id": uuid4(), "type": "season.opened", "time": NOON, "actor": ACTOR, "body": OPENED, **fields}
    return Record(entity=entity, **said)


def tending(entity: str, **fields: Any) -> Record:
    """An event that any season may go on with."""
    said = {"id": uuid4(), "type": "growth.tended", "time": NOON, "actor": ACTOR, "body": TENDED, **fields}
    return Record(entity=entity, **said)


@business_transaction
def append(*records: Record) -> list[Receipt]:
    """Append in a transaction of its own, tried again as a service would be."""
    return chain.append_all(records, at=NOON)
