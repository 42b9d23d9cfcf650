"""A made-up trade in the database: every row is what the services would write, loaded by COPY.

The records are chained and projected by the product's own code; only the way into the tables is faster.
"""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import Organisation
from traceability.decimals import decimal_text
from traceability.ledger import leaf_hash
from traceability.ledger.leaf import Actor, Input, Leaf, leaf_bytes
from traceability.models import Lot, LotLink
from traceability.projections import registry
from traceability.projections.projection import Projection
from traceability.queries.history import Event

ORIGIN = "suyuan.localhost/log1"
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
GTIN = "09520260000103"
_OUTBOX = "COPY ledger_outbox (record_id, entity, eseq, prev, leaf, leaf_hash) FROM STDIN"
_RECEIPTS = "COPY traceability_receipt (record_id, entity, eseq, leaf_hash, recorded_at) FROM STDIN"
_HEADS = "COPY ledger_head (entity, eseq, head) FROM STDIN"


@dataclass
class Trade:
    """Lots and runs, kept as the events that tell of them."""

    party: Organisation
    chance: random.Random
    events: dict[str, list[Event]] = field(default_factory=dict)
    left: dict[UUID, Decimal] = field(default_factory=dict)
    count: int = 0

    def harvest(self, kg: int = 1000) -> UUID:
        """Make a lot of a harvest."""
        lot = self._id()
        body = {**self._identity(lot, Decimal(kg)), "season": f"season:{lot}", "plot": f"plot:{lot}", "crop": "rice"}
        self._say("lot.harvested", f"lot:{lot}", body)
        self.left[lot] = Decimal(kg)
        return lot

    def run(self, drawn: Mapping[UUID, Decimal], outputs: Sequence[Decimal], name: str = "blending") -> list[UUID]:
        """Turn parts of lots into new lots."""
        run = self._id()
        made = {self._id(): kg for kg in outputs}
        body: dict[str, Any] = {"process": name, "date": "2026-06-01", "inputs": _parts(drawn), "outputs": _parts(made)}
        told = self._say("process.completed", f"process:{run}", body, inputs=[f"lot:{lot}" for lot in drawn])
        reference = {"entity": told.leaf.entity, "eseq": 0, "head": told.leaf_hash.hex()}
        for lot, kg in drawn.items():
            self._say("lot.consumed", f"lot:{lot}", {"process": reference, "kg": decimal_text(kg)})
            self.left[lot] -= kg
        for lot, kg in made.items():
            made_body = {**self._identity(lot, kg), "process": reference, "crop": "rice"}
            self._say("lot.processed", f"lot:{lot}", made_body, inputs=[told.leaf.entity])
            self.left[lot] = kg
        return list(made)

    def layers(self, lots: int, depth: int) -> list[list[UUID]]:
        """Make so many lots in layers, each lot of one to three lots of the layer above; dead ends included."""
        layers = [[self.harvest() for _ in range(lots // depth)]]
        for _ in range(depth - 1):
            above = layers[-1]
            layers.append([self._next(above) for _ in range(lots // depth)])
        return layers

    def _next(self, above: Sequence[UUID]) -> UUID:
        sources = self.chance.sample(above, self.chance.choice([1, 1, 2, 3]))
        drawn = {lot: (self.left[lot] / 4).quantize(Decimal("0.001")) for lot in sources}
        return self.run(drawn, [sum(drawn.values(), Decimal(0))])[0]

    def _identity(self, lot: UUID, kg: Decimal) -> dict[str, str]:
        code = f"B{lot.hex[:12].upper()}"
        named = {"epc": f"https://id.gs1.org/01/{GTIN}/10/{code}", "gtin": GTIN, "code": code}
        return {**named, "product_form": "milled rice", "kg": decimal_text(kg), "date": "2026-06-01"}

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def _say(self, name: str, entity: str, body: Mapping[str, Any], *, inputs: Sequence[str] = ()) -> Event:
        history = self.events.setdefault(entity, [])
        actor = Actor(id=str(uuid.UUID(int=1)), party=str(self.party.public_id), attested="account")
        leaf = Leaf(
            log=ORIGIN,
            id=str(self._id()),
            type=name,
            entity=entity,
            time=(NOON + timedelta(seconds=self.count)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            actor=actor,
            body=body,
            eseq=len(history),
            prev=history[-1].leaf_hash.hex() if history else None,
            inputs=tuple(self._input(one) for one in sorted(set(inputs))),
        )
        data = leaf_bytes(leaf)
        told = Event(leaf=leaf, data=data, leaf_hash=leaf_hash(data), index=None, recorded_at=NOON, private={})
        history.append(told)
        self.count += 1
        return told

    def _input(self, entity: str) -> Input:
        last = self.events[entity][-1]
        return Input(entity=entity, eseq=last.leaf.eseq, head=last.leaf_hash.hex())

    def load(self) -> None:
        """Bring events and rows into the tables."""
        told = [event for history in self.events.values() for event in history]
        _copy(_OUTBOX, (_outbox_row(event) for event in told))
        _copy(_RECEIPTS, ((one.leaf.id, one.leaf.entity, one.leaf.eseq, one.leaf_hash, NOON) for one in told))
        _copy(_HEADS, ((entity, len(told) - 1, told[-1].leaf_hash) for entity, told in self.events.items()))
        for projection in registry.PROJECTIONS:
            if projection.model in {Lot, LotLink}:
                self._project(projection)

    def _project(self, projection: Projection) -> None:
        histories = (told for entity, told in self.events.items() if entity.startswith(f"{projection.prefix}:"))
        rows = [self._own(row) for history in histories for row in projection.rows(history)]
        if rows:
            names = list(rows[0])
            statement = f"COPY {projection.model._meta.db_table} ({', '.join(names)}) FROM STDIN"  # noqa: SLF001
            _copy(statement, ([row[name] for name in names] for row in rows))

    def _own(self, row: Mapping[str, object]) -> dict[str, object]:
        # The one party's number; a season would be a row of its own, which tracing never asks for.
        own = {name.replace("__public_id", "_id"): value for name, value in row.items()}
        own |= {name: self.party.pk for name in ("registrant_id", "custodian_id") if name in own}
        return own | ({"season_id": None} if "season_id" in own else {})


def _parts(amounts: Mapping[UUID, Decimal]) -> list[dict[str, str]]:
    return [{"lot": f"lot:{lot}", "kg": decimal_text(kg)} for lot, kg in amounts.items()]


def _outbox_row(event: Event) -> tuple[object, ...]:
    leaf = event.leaf
    prev = bytes.fromhex(leaf.prev) if leaf.prev else None
    return leaf.id, leaf.entity, leaf.eseq, prev, event.data, event.leaf_hash


def _copy(statement: str, rows: Iterator[Any]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copied:
        for row in rows:
            copied.write_row(row)
