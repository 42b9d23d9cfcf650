"""Figures of tracing and of the trace page."""

import gzip
import os
import random
import statistics
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import psycopg
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from benchmarks.trace_ground import GTIN, Trade
from traceability.models import Lot
from traceability.queries.genealogy import Family, accounted_share, books, family_of
from traceability.queries.trace import descents
from traceability.services import integrator, publisher

Figures = dict[str, object]
T = TypeVar("T")
PACKAGES = 1300
LAYERED, DEPTH = 10_000, 10


def figures(events: int) -> Figures:
    """Load the three grounds and measure on them."""
    # A page names its style sheets by their hashes.
    call_command("collectstatic", interactive=False, verbosity=0)
    party = Organisation.objects.create(kind=OrganisationKind.PROCESSOR, name="generated")
    trade = Trade(party, random.Random(26))
    layers = trade.layers(LAYERED, DEPTH)
    whole = trade.harvest(PACKAGES * 5)
    for _ in range(PACKAGES):
        trade.run({whole: Decimal(5)}, [Decimal(5)], "packing")
    bag = _deep_bag(trade)
    while trade.count < events:
        # A village and its mill: 160 lots from harvest to bag.
        trade.layers(160, 8)
    start = time.perf_counter()
    trade.load()
    loaded = time.perf_counter() - start
    integrator.integrate_once()
    publisher.publish_once(at=timezone.now())
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
    everywhere = trade.chance.sample(sorted(trade.left), 200)
    return {
        "events": trade.count,
        "lots": len(trade.left),
        "load_seconds": round(loaded, 1),
        "one_lot_among_events": _traces(everywhere),
        "layers": {"lots": LAYERED, "depth": DEPTH, **_layers(layers)},
        "in_packages": {"packages": PACKAGES, **_packages(whole)},
        "trace_page": _pages(bag),
    }


def _deep_bag(trade: Trade) -> UUID:
    """Make the bag that a consumer scans: two harvests, dried, milled, blended, packed."""
    dried = [trade.run({trade.harvest(): Decimal(900)}, [Decimal(850)], "drying")[0] for _ in range(2)]
    milled = [trade.run({lot: Decimal(850)}, [Decimal(590)], "milling")[0] for lot in dried]
    blended = trade.run(dict.fromkeys(milled, Decimal(500)), [Decimal(995)])[0]
    return trade.run({blended: Decimal(500)}, [Decimal(499)], "packing")[0]


def _traces(lots: Sequence[UUID]) -> Figures:
    """Measure the whole family: both ways, kilograms at most, read from the database."""
    sizes: list[int] = []

    def trace(lot: UUID) -> None:
        found = _read(lot)
        sizes.append(len(found.back) + len(found.forward))

    return {**_times(trace, lots), "relatives_median": statistics.median(sizes), "relatives_most": max(sizes)}


def _layers(layers: Sequence[Sequence[UUID]]) -> Figures:
    chance = random.Random(7)
    lots = [chance.choice(layer) for layer in layers for _ in range(10)]
    # The steps upstream alone, as a bundle needs them, and the whole family as the recall shows it.
    upstream = _times(lambda lot: descents(Lot(pk=lot)), lots)
    return {"upstream_links": upstream, "family": _traces(lots)}


def _packages(whole: UUID) -> Figures:
    def recall(lot: UUID) -> None:
        found = _read(lot)
        items = [lot, *(one.item for one in found.forward)]
        books(found, items)
        accounted_share(found, items)

    return _times(recall, [whole] * 10)


def _read(lot: UUID) -> Family:
    found = family_of(lot, at=timezone.now())
    _ = found.back, found.forward, found.at_most
    return found


def _pages(bag: UUID) -> Figures:
    code = Lot.objects.get(pk=bag).code
    # As a phone asks, by the front's own addresses; the network and the server in front of it are not in the figure.
    client = Client(headers={"accept-language": "zh-hans", "host": "localhost"})
    address = f"/01/{GTIN}/10/{code}"
    body = client.get(address)

    def cold(_: int) -> None:
        cache.clear()
        client.get(address)

    def not_modified(_: int) -> None:
        client.get(address, headers={"if-none-match": body["ETag"]})

    return {
        "status": body.status_code,
        "bytes": len(body.content),
        "bytes_gzip": len(gzip.compress(body.content)),
        "origin_cold": _times(cold, range(100)),
        "origin_again": _times(lambda _: client.get(address), range(100)),
        "origin_not_modified": _times(not_modified, range(100)),
    }


def _times(work: Callable[[T], object], arguments: Sequence[T]) -> Figures:
    taken: list[float] = []
    for one in arguments:
        start = time.perf_counter()
        work(one)
        taken.append(1000 * (time.perf_counter() - start))
    cuts = statistics.quantiles(taken, n=100)
    named = {"p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return {name: round(value, 2) for name, value in named.items()}
