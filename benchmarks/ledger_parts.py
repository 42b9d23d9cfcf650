"""The parts of the ledger's benchmark; each gives its figures, the bound, and the ratio between them."""

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Mapping
from itertools import islice
from multiprocessing.synchronize import Event

import psycopg
from django.db import connection, connections, transaction

from benchmarks import made
from benchmarks.limits import CLIENTS, rate
from traceability.ledger import Checkpoint, canonicalize, node_hash, sign_checkpoint, verify_bundle
from traceability.ledger.bundle import Bundle, BundleHead, build_bundle
from traceability.ledger.canonical import canonicalize_profiled, write_profiled
from traceability.ledger.merkle import root_of
from traceability.ledger.note import Ed25519Signer
from traceability.ledger.proof import build_proof, inclusion_coordinates
from traceability.services import chain
from traceability.services.integrator import integrate_once

Bounds = Mapping[str, float]
Figures = dict[str, object]

ENTITIES = 200
SECONDS = 5.0


def measure(name: str, bounds: Bounds, leaves: int) -> Figures:
    """Measure one part by its name."""
    from benchmarks import ledger_log  # noqa: PLC0415 - it builds on this module

    parts: dict[str, Callable[[], Figures]] = {
        "canonicalise": canonicalise,
        "append": lambda: append(bounds, batch=1),
        "batches": lambda: append(bounds, batch=50),
        "log": lambda: ledger_log.figures(bounds, leaves),
        "bundle": bundle,
    }
    return parts[name]()


def canonicalise() -> Figures:
    """Compare the profiled path with rfc8785 on the same event, and check 100,000 events for equal bytes."""
    import json  # noqa: PLC0415 - only to get plain values

    values = [json.loads(data) for _, data, _ in islice(made.chains(1000), 100_000)]
    differing = sum(canonicalize_profiled(value) != canonicalize(value) for value in values)
    value = values[-1]
    checked = rate(lambda: canonicalize_profiled(value), times=50_000)
    quick = rate(lambda: write_profiled(value), times=50_000)
    oracle = rate(lambda: canonicalize(value), times=3_000)
    return {
        "per_second": round(quick),
        "per_second_with_profile_check": round(checked),
        "ratio_with_profile_check": round(checked / oracle, 1),
        "rfc8785_per_second": round(oracle),
        "ratio": round(quick / oracle, 1),
        "reach": 30,
        "events_compared": len(values),
        "events_differing": differing,
    }


def bundle() -> Figures:
    """Check a bundle of 200 events on ten entities."""
    log = list(islice(made.chains(10), 200))
    signer = Ed25519Signer.generate(made.ORIGIN)
    hashes = [digest for _, _, digest in log]
    checkpoint = sign_checkpoint(Checkpoint(made.ORIGIN, len(log), root_of(hashes)), signer)
    newest = {leaf.entity: (leaf, digest, index) for index, (leaf, _, digest) in enumerate(log)}
    levels = {0: hashes}
    for level in range(1, 8):
        below = levels[level - 1]
        levels[level] = [node_hash(*below[at : at + 2]) for at in range(0, len(below) - 1, 2)]
    heads = [
        BundleHead(
            entity,
            leaf.eseq,
            digest.hex(),
            index,
            tuple(build_proof(inclusion_coordinates(index, len(log)), lambda level, at: levels[level][at])),
        )
        for entity, (leaf, digest, index) in sorted(newest.items())
    ]
    records = [data for leaf, data, _ in sorted(log, key=lambda one: (one[0].entity, one[0].eseq))]
    vkey = str(signer.vkey)
    data = build_bundle(
        Bundle(
            policy=f"log {vkey}\nquorum none\n",
            checkpoint=checkpoint,
            subject=heads[0].entity,
            heads=tuple(heads),
            records=tuple(records),
        )
    )
    per_second = rate(lambda: verify_bundle(data, vkeys=[vkey]), times=10)
    return {"events": len(log), "bytes": len(data), "ms": round(1000 / per_second, 2), "reach_ms": 10}


def append(bounds: Bounds, *, batch: int) -> Figures:
    """Append from 8 processes on 200 entities while an integrator empties the outbox.

    Single events come to any of the entities from any writer. A batch is what one phone or gateway sends of its own 25.
    """
    _open_seasons(batch)
    _settle(_first(batch))
    connections.close_all()
    answers: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    stop = multiprocessing.Event()
    integrator = multiprocessing.Process(target=_integrate_until, args=(stop,))
    writers = [multiprocessing.Process(target=_append_for, args=(n, batch, answers)) for n in range(CLIENTS)]
    for process in (integrator, *writers):
        process.start()
    times = sorted(one for _ in writers for one in answers.get())
    for process in writers:
        process.join()
    stop.set()
    integrator.join()
    per_second = len(times) * batch / SECONDS
    bound, share = ("I", 0.4) if batch == 1 else ("C", 0.2)
    return {
        "events_per_second": round(per_second),
        "p50_ms": round(statistics.median(times) * 1000, 1),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
        "bound": bound,
        "ratio": round(per_second / bounds[bound], 3),
        "reach": share,
    }


def _first(batch: int) -> int:
    # Far from the seasons of the large log.
    return 1_000_000 + batch * ENTITIES


def _open_seasons(batch: int) -> None:
    with transaction.atomic():
        records = [made.opening(_first(batch) + number) for number in range(ENTITIES)]
        chain.append_all(records, at=made.NOON)


def _settle(first: int) -> None:
    """Write some thousands of events and let the planner see them, as it does on its own within a minute."""
    for number in range(20):
        with transaction.atomic():
            chain.append_all(
                [made.irrigation(first + step % ENTITIES) for step in range(number, number + 250)], at=made.NOON
            )
        integrate_once()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")


def _append_for(writer: int, batch: int, answers: "multiprocessing.Queue[list[float]]") -> None:
    own = ENTITIES // CLIENTS
    of = ENTITIES if batch == 1 else own
    times: list[float] = []
    number, end = 0, time.perf_counter() + SECONDS
    while (start := time.perf_counter()) < end:
        try:
            numbers = (_first(batch) + (writer * own + (number + step) % of) % ENTITIES for step in range(batch))
            chain.append_alone([made.irrigation(one) for one in numbers], at=made.NOON)
        except chain.OutboxFullError:
            time.sleep(0.01)
            continue
        times.append(time.perf_counter() - start)
        number += batch
    connection.close()
    answers.put(times)


def _integrate_until(stop: Event) -> None:
    while not stop.wait(0.1):
        integrate_once()
    connection.close()
