"""The family of a lot from the database: who came of whom, how much of it, in whose hands it is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import connection

from traceability.epcis.masses import kilograms
from traceability.errors import RefusedError
from traceability.genealogy import (
    Graph,
    Holding,
    Packing,
    Part,
    Reached,
    Step,
    at_most,
    at_most_in_package,
    holdings,
    trace_back,
    trace_forward,
)

MOST_LINKS = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A lot as trees and books show it. `left` is what is in its custodian's stock, `taken` what went into runs."""

    id: UUID
    epc: str
    code: str
    gtin: str
    kind: str
    product_name: str
    crop: str
    product_form: str
    custodian: int
    holder: str
    # The party that made it.
    registrant: int
    maker: str
    left: Decimal | None
    taken: Decimal
    held: bool
    # The receiver to whom it is on its way, empty where it lies.
    receiver: str

    @property
    def name(self) -> str:
        """Name the lot as people know it: by its number, else by its identifier."""
        return self.code or self.epc


@dataclass(frozen=True)
class Family:
    """All that went into a lot and all that it went into, at any depth; `lines` has them all and the lot itself."""

    lot: UUID
    graph: Graph
    lines: Mapping[UUID, Line]
    at: datetime

    @cached_property
    def back(self) -> list[Reached]:
        """List what went into the lot, the nearest first."""
        return trace_back(self.graph, self.lot)

    @cached_property
    def forward(self) -> list[Reached]:
        """List what the lot went into, the nearest first, packages included."""
        return trace_forward(self.graph, self.lot)

    @cached_property
    def at_most(self) -> Mapping[UUID, Decimal | None]:
        """Give the most kg of the lot in each item of `forward`, and in packages at this moment."""
        bounds = at_most(self.graph, self.lot)
        packages = {
            one.item: at_most_in_package(self.graph, bounds, one.item, at=self.at) for one in self.forward if one.packed
        }
        return {**packages, **bounds}

    def most_of(self, source: UUID) -> Decimal | None:
        """Give the most kg of a lot upstream that the lot itself can hold."""
        return at_most(self.graph, source).get(self.lot, Decimal(0))

    def weighed(self, item: UUID) -> Decimal | None:
        """Give what an item weighed when it began."""
        return self.graph.mass(item)


def family_of(lot_id: UUID, *, at: datetime) -> Family:
    """Read the family of a lot by two statements, and a third where packages are in it.

    Raises RefusedError where it has more than MOST_LINKS links: weighing them would hold the page for minutes.
    """
    links = _links(lot_id)
    ids = {lot_id} | {one for link in links for one in link[:2]}
    lines = _lines(ids)
    packages = {link[0] for link in links if link[4]}
    graph = Graph(_steps(links), _holdings(packages), _began(lines))
    return Family(lot=lot_id, graph=graph, lines=lines, at=at)


# Product, source, event, at, packed, kg in, kg out.
_Link = tuple[UUID, UUID, UUID, datetime | None, bool, Decimal | None, Decimal | None]

# UNION and not UNION ALL: a lot that was met is not followed again, so that rework, which leads in circles, ends.
# What lay in a package once is met here, too; when it did, the graph weighs.
_LINKS = """
WITH RECURSIVE up (lot) AS (
    SELECT %(lot)s::uuid
    UNION
    SELECT link.source_id FROM up JOIN traceability_lotlink AS link ON link.product_id = up.lot
), down (lot) AS (
    SELECT %(lot)s::uuid
    UNION
    SELECT link.product_id FROM down JOIN traceability_lotlink AS link ON link.source_id = down.lot
)
SELECT product_id, source_id, event, at, packed, kg_in, kg_out
FROM up JOIN traceability_lotlink ON product_id = up.lot
UNION ALL
SELECT product_id, source_id, event, at, packed, kg_in, kg_out
FROM down JOIN traceability_lotlink ON source_id = down.lot
LIMIT %(most)s
"""


def _links(lot_id: UUID) -> list[_Link]:
    with connection.cursor() as cursor:
        cursor.execute(_LINKS, {"lot": lot_id, "most": MOST_LINKS + 1})
        found: list[_Link] = cursor.fetchall()
    if len(found) > MOST_LINKS:
        raise RefusedError("", "too_large_a_family", limit=MOST_LINKS)
    # A lot in a circle lies both up and down.
    return list(dict.fromkeys(found))


def _steps(links: Iterable[_Link]) -> list[Step]:
    said: dict[UUID, tuple[datetime | None, dict[UUID, Decimal | None], dict[UUID, Decimal | None]]] = {}
    for product, source, event, at, packed, kg_in, kg_out in links:
        if not packed:
            _, inputs, outputs = said.setdefault(event, (at, {}, {}))
            inputs[source], outputs[product] = kg_in, kg_out
    return [Step(event, _parts(inputs), _parts(outputs), at) for event, (at, inputs, outputs) in said.items()]


def _parts(amounts: Mapping[UUID, Decimal | None]) -> tuple[Part, ...]:
    return tuple(Part(item, kg) for item, kg in amounts.items())


# Of an event that was declared wrong nothing is left: further events under its eventID do that.
_PACKINGS = """
SELECT parent.event_id, parent.lot_id, event.action, event.event_time, child.lot_id, child.quantity, child.uom
FROM traceability_epcisitem AS parent
JOIN traceability_epcisevent AS event ON event.record_id = parent.event_id
LEFT JOIN traceability_epcisitem AS child ON child.event_id = parent.event_id AND child.role = 'child'
WHERE parent.role = 'parent' AND parent.lot_id = ANY(%s)
  AND NOT EXISTS (
      SELECT FROM traceability_epcisevent AS other WHERE other.entity_id = event.entity_id AND other.eseq > 0
  )
ORDER BY event.event_time, event.record_time, parent.event_id, child.position
"""


def _holdings(packages: Iterable[UUID]) -> list[Holding]:
    asked = sorted(packages)
    if not asked:
        return []
    told: dict[tuple[UUID, UUID], tuple[Any, datetime, list[tuple[UUID, Decimal | None]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PACKINGS, [asked])
        for event, parent, action, moment, child, quantity, uom in cursor.fetchall():
            _, _, children = told.setdefault((event, parent), (action, moment, []))
            if child:
                children.append((child, kilograms(quantity, uom)))
    return holdings(Packing(parent, *said[:2], tuple(said[2])) for (_, parent), said in told.items())


# What went into one run counts once, however many lots came out of it.
_LINES = """
SELECT lot.id, lot.epc, lot.code, lot.gtin, lot.kind, lot.product_name, lot.crop, lot.product_form, lot.custodian_id,
       party.name, lot.registrant_id, maker.name, lot.kg, coalesce(used.kg, 0), lot.held, coalesce(receiver.name, '')
FROM traceability_lot AS lot
JOIN accounts_organisation AS party ON party.id = lot.custodian_id
JOIN accounts_organisation AS maker ON maker.id = lot.registrant_id
LEFT JOIN LATERAL (
    SELECT sum(kg_in) AS kg FROM (
        SELECT DISTINCT event, kg_in FROM traceability_lotlink WHERE source_id = lot.id AND NOT packed
    ) AS run
) AS used ON true
LEFT JOIN traceability_shipment AS shipment ON shipment.lot_id = lot.id AND shipment.state = 'SHIPPED'
LEFT JOIN accounts_organisation AS receiver ON receiver.id = shipment.receiver_id
WHERE lot.id = ANY(%s)
"""
_MEMBERS = ("id", "epc", "code", "gtin", "kind", "product_name", "crop", "product_form", "custodian", "holder")


def _lines(ids: Iterable[UUID]) -> dict[UUID, Line]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [list(ids)])
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    names = (*_MEMBERS, "registrant", "maker", "left", "taken", "held", "receiver")
    return {row[0]: Line(**dict(zip(names, row, strict=True))) for row in rows}


def _began(lines: Mapping[UUID, Line]) -> dict[UUID, Decimal]:
    return {one.id: one.left + one.taken for one in lines.values() if one.left is not None}


@dataclass(slots=True)
class Book:
    """The kilograms of some lots in one holder's hands.

    Of what was made: `in_stock` is there still, `shipped` is on its way to somebody who has not accepted it yet, `used`
    went into further lots, `gone` was sold or given out without a further lot. `most` is what can be of the lot that is
    asked for, at most; the mass of several holders may count one kilogram several times, since each bound is the worst
    case by itself.
    """

    holder: str
    lots: int = 0
    in_stock: Decimal = Decimal(0)
    shipped: Decimal = Decimal(0)
    used: Decimal = Decimal(0)
    gone: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    # Lots of which nobody told how much there is.
    unknown: int = 0

    def add(self, line: Line, weighed: Decimal | None, most: Decimal | None) -> None:
        """Count one lot in."""
        self.lots += 1
        if line.left is None or weighed is None:
            self.unknown += 1
            return
        if line.receiver:
            self.shipped += line.left
        else:
            self.in_stock += line.left
        self.used += line.taken
        self.gone += max(weighed - line.left - line.taken, Decimal(0))
        self.most += min(most if most is not None else line.left, line.left)


def books(family: Family, items: Iterable[UUID]) -> list[Book]:
    """Add up the kilograms of some lots of a family by who has them, the largest stock first."""
    found: dict[int, Book] = {}
    for item in items:
        line = family.lines[item]
        book = found.setdefault(line.custodian, Book(line.holder))
        book.add(line, family.weighed(item), family.at_most.get(item))
    return sorted(found.values(), key=lambda one: (-one.in_stock, one.holder))


def accounted_share(family: Family, items: Iterable[UUID]) -> Decimal | None:
    """Give the share of all that was made of which is known where it is: in stock, or in a further lot; of 1.

    None where nobody told a weight.
    """
    made = known = Decimal(0)
    for item in items:
        line, weighed = family.lines[item], family.weighed(item)
        if weighed is not None:
            made += weighed
            known += min((line.left or Decimal(0)) + line.taken, weighed)
    return known / made if made else None
