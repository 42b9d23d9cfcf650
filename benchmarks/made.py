"""Made-up events for benchmarks, of the size and shape that farms write."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from traceability.ledger import leaf_hash
from traceability.ledger.leaf import Actor, Leaf, leaf_bytes
from traceability.services.records import Record

ORIGIN = "suyuan.localhost/log1"
ACTOR = Actor(id=str(uuid.UUID(int=1)), party=str(uuid.UUID(int=2)), attested="account")
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
OPENED: Mapping[str, object] = {
    "plot": f"plot:{uuid.UUID(int=3)}",
    "crop": "rice",
    "variety": "盐丰47",
    "year": 2026,
    "area_mu": "38.6",
}
OBSERVED: Mapping[str, object] = {"date": "2026-06-01", "stage": "30"}
IRRIGATED: Mapping[str, object] = {"date": "2026-06-01", "water_m3": "30", "method": "flooding"}


def season(number: int) -> str:
    """Name the n-th season."""
    return f"season:{uuid.UUID(int=number + (4 << 76) + (2 << 62))}"


def leaf(number: int, *, entity: str, eseq: int, prev: str | None) -> Leaf:
    """Make one event: the opening of a season, then irrigation after irrigation."""
    return Leaf(
        log=ORIGIN,
        id=str(uuid.UUID(int=number + (7 << 76) + (2 << 62))),
        type="growth.irrigated" if eseq else "season.opened",
        entity=entity,
        time=f"2026-06-01T04:{number % 60:02}:00Z",
        actor=ACTOR,
        body=IRRIGATED if eseq else OPENED,
        eseq=eseq,
        prev=prev,
    )


def chains(entities: int) -> Iterator[tuple[Leaf, bytes, bytes]]:
    """Make an endless stream of (leaf, its bytes, its hash), going round the chains of this many entities."""
    heads: dict[str, str | None] = {season(number): None for number in range(entities)}
    names = list(heads)
    for number in count():
        entity = names[number % entities]
        made = leaf(number, entity=entity, eseq=number // entities, prev=heads[entity])
        data = leaf_bytes(made)
        digest = leaf_hash(data)
        heads[entity] = digest.hex()
        yield made, data, digest


def irrigation(number: int) -> Record:
    """Make one more irrigation of the n-th season, to be appended."""
    return Record(
        id=uuid.uuid4(), type="growth.irrigated", entity=season(number), time=NOON, actor=ACTOR, body=IRRIGATED
    )


def observation(number: int) -> Record:
    """Make an observation of the n-th season, on which its domain row depends, to be appended."""
    return replace(irrigation(number), type="growth.observed", body=OBSERVED)


def opening(number: int) -> Record:
    """Make the opening of the n-th season, to be appended."""
    return Record(id=uuid.uuid4(), type="season.opened", entity=season(number), time=NOON, actor=ACTOR, body=OPENED)
