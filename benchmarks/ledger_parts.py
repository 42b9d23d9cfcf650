"""The parts of the ledger's benchmark; each gives its figures, the bound, and the ratio between them."""

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Mapping
from itertools import islice
from multiprocessing.synchronize import Event
from uuid import uuid4

import psycopg
from django.db import connection, connections, transaction

from benchmarks import made
from benchmarks.limits import CLIENTS, rate
from traceability.ledger import canonicalize
from traceability.ledger.canonical import canonicalize_profiled
from traceability.services import chain
from traceability.services.integrator import integrate_once
from traceability.services.transactions import business_transaction

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
        "bundle": lambda: ledger_log.bundle(),
    }
    return parts[name]()


def canonicalise() -> Figures:
    """Compare the profiled path with rfc8785 on the same event, and check 100,000 events for equal bytes."""
    import json  # noqa: PLC0415 - only to get plain values

    values = [json.loads(data) for _, data, _ in islice(made.chains(1000), 100_000)]
    differing = sum(canonicalize_profiled(value) != canonicalize(value) for value in values)
    value = values[-1]
    quick = rate(lambda: canonicalize_profiled(value), times=50_000)
    oracle = rate(lambda: canonicalize(value), times=3_000)
    return {
        "per_second": round(quick),
        "rfc8785_per_second": round(oracle),
        "ratio": round(quick / oracle, 1),
        "reach": 30,
        "events_compared": len(values),
        "events_differing": differing,
    }


def append(bounds: Bounds, *, batch: int) -> Figures:
    """Append from 8 processes on 200 entities while an integrator empties the outbox."""
    _open_seasons(batch)
    _settle(batch * ENTITIES)
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


def _open_seasons(batch: int) -> None:
    with transaction.atomic():
        records = [_record(batch * ENTITIES + number, opened=True) for number in range(ENTITIES)]
        chain.append_all(records, at=made.NOON)


def _settle(first: int) -> None:
    """Write some thousands of events and let the planner see them, as it does on its own within a minute."""
    for number in range(20):
        with transaction.atomic():
            chain.append_all([_record(first + step % ENTITIES) for step in range(number, number + 250)], at=made.NOON)
        integrate_once()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")


def _record(number: int, *, opened: bool = False) -> chain.Record:
    return chain.Record(
        id=uuid4(),
        type="season.opened" if opened else "growth.irrigated",
        entity=made.season(number),
        time=made.NOON,
        actor=made.ACTOR,
        body=made.OPENED if opened else made.IRRIGATED,
    )


def _append_for(writer: int, batch: int, answers: "multiprocessing.Queue[list[float]]") -> None:
    append_all = business_transaction(chain.append_all)
    times: list[float] = []
    number, end = writer * 25, time.perf_counter() + SECONDS
    while (start := time.perf_counter()) < end:
        try:
            numbers = (batch * ENTITIES + (number + step) % ENTITIES for step in range(batch))
            append_all([_record(one) for one in numbers], at=made.NOON)
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
