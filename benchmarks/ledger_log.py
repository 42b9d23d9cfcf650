"""Figures on a large log: integrating, proofs, full and incremental audit."""

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from uuid import UUID

import psycopg
from django.db import connection, connections
from django.utils import timezone

from accounts.models import Organisation
from benchmarks import made
from traceability.enums import RunKind
from traceability.ledger.leaf import Leaf
from traceability.ledger.proof import Coordinate, consistency_coordinates, inclusion_coordinates
from traceability.models import Plot, Season, VerificationRun
from traceability.projections import registry
from traceability.queries import proofs
from traceability.queries.proofs import stored_at
from traceability.services import chain, integrator, publisher, verification
from traceability.services.checks.second_path import check_by_database
from traceability.services.records import Record
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction

Figures = dict[str, object]
BATCH = 1000
ENTITIES = 10_000
_OUTBOX = "COPY ledger_outbox (record_id, entity, eseq, prev, leaf, leaf_hash) FROM STDIN (FORMAT BINARY)"
_RECEIPTS = "COPY traceability_receipt (record_id, entity, eseq, leaf_hash, recorded_at) FROM STDIN (FORMAT BINARY)"
_HEADS = "COPY ledger_head (entity, eseq, head) FROM STDIN (FORMAT BINARY)"


def figures(bounds: Mapping[str, float], leaves: int) -> Figures:
    """Fill a log with so many leaves, in batches of 1,000 through the integrator, and measure on it."""
    integrated = _fill(leaves)
    publisher.publish_once(at=timezone.now())
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
    return {
        "leaves": leaves,
        "integrate": _beside("C", bounds["C"], integrated, reach=0.5),
        "proofs": _proofs(leaves),
        "audit": _audit(bounds, leaves),
        "second_path": _second_path(leaves),
        "incremental": _incremental(),
    }


def _beside(name: str, bound: float, figure: float, *, reach: float) -> Figures:
    return {"per_second": round(figure), "bound": name, "ratio": round(figure / bound, 3), "reach": reach}


def _fill(leaves: int) -> float:
    _seasons(min(ENTITIES, leaves))
    stream = made.chains(min(ENTITIES, leaves))
    rates: list[float] = []
    heads: dict[str, tuple[str, int, bytes]] = {}
    for _ in range(0, leaves, BATCH):
        rows = [
            (UUID(one.id), one.entity, one.eseq, bytes.fromhex(one.prev) if one.prev else None, data, digest)
            for one, data, digest in islice(stream, BATCH)
        ]
        _copy(_OUTBOX, ["uuid", "varchar", "int8", "bytea", "bytea", "bytea"], rows)
        receipts = [(record, entity, eseq, digest, made.NOON) for record, entity, eseq, _, _, digest in rows]
        _copy(_RECEIPTS, ["uuid", "varchar", "int8", "bytea", "timestamptz"], receipts)
        heads |= {entity: (entity, eseq, digest) for _, entity, eseq, _, _, digest in rows}
        start = time.perf_counter()
        integrator.integrate_once()
        rates.append(BATCH / (time.perf_counter() - start))
    _copy(_HEADS, ["varchar", "int8", "bytea"], list(heads.values()))
    return statistics.median(rates)


def _copy(statement: str, types: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


def _seasons(count: int) -> None:
    holder = Organisation.objects.create(kind="HOUSEHOLD", name="made up")
    plot = Plot.objects.create(pk=UUID(int=3), holder=holder, number="1", declared_mu="38.6")
    (projection,) = registry.of_entity("season:")
    row = projection.rows([_Opened(made.leaf(0, entity=made.season(0), eseq=0, prev=None))])[0]
    ids = (UUID(made.season(number).partition(":")[2]) for number in range(count))
    Season.objects.bulk_create([Season(**{**row, "id": one, "plot_id": plot.pk}) for one in ids], batch_size=2000)


class _Opened:
    """A history of one event, as a projection reads it."""

    leaf_hash = b""
    private: Mapping[str, object] = {}

    def __init__(self, leaf: Leaf) -> None:
        self.leaf = leaf


def _proofs(leaves: int) -> Figures:
    chance = random.Random(7)
    indices = [chance.randrange(leaves) for _ in range(300)]
    sizes = [chance.randrange(1, leaves) for _ in range(300)]
    return {
        "inclusion": _timed(lambda n: proofs.inclusion(n, leaves), indices),
        "inclusion_rows": _rows(inclusion_coordinates(n, leaves) for n in indices),
        "consistency": _timed(lambda n: proofs.consistency(n, leaves), sizes),
        "consistency_rows": _rows(consistency_coordinates(n, leaves) for n in sizes),
        "reach": {"p95_ms": 5, "rows": 45},
    }


def _timed(work: Callable[[int], object], arguments: Sequence[int]) -> Figures:
    times = []
    for argument in arguments:
        start = time.perf_counter()
        work(argument)
        times.append(time.perf_counter() - start)
    times.sort()
    return {"p50_ms": round(_at(times, 0.5) * 1000, 2), "p95_ms": round(_at(times, 0.95) * 1000, 2)}


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _rows(groups: Iterable[Sequence[Sequence[Coordinate]]]) -> Figures:
    counts = sorted(len({place for group in proof for one in group for place in stored_at(one)}) for proof in groups)
    return {"p95": counts[int(len(counts) * 0.95)], "max": counts[-1]}


def _audit(bounds: Mapping[str, float], leaves: int) -> Figures:
    bound = 1 / (1 / bounds["S"] + 1 / bounds["N"])
    one, one_mb, one_cpu = _audited([(0, leaves)])
    two, two_mb, two_cpu = _audited([(0, leaves // 2), (leaves // 2, leaves)])
    return {
        "one_process": {
            **_beside("1/(1/S + 1/N)", bound, leaves / one, reach=0.18),
            "seconds": round(one, 1),
            "cpu_seconds": one_cpu,
            "peak_mb": one_mb,
        },
        "two_processes": {
            "times_one": round(one / two, 2),
            "reach": 1.8,
            "seconds": round(two, 1),
            "cpu_seconds": two_cpu,
            "peak_mb": two_mb,
        },
    }


def _audited(ranges: Sequence[tuple[int, int]]) -> tuple[float, int, list[float]]:
    """Audit ranges side by side; give the seconds of the slowest, the memory of the largest, each one's CPU seconds."""
    connections.close_all()
    commands = [[sys.executable, "-m", "benchmarks.audit_range", str(first), str(end)] for first, end in ranges]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    answers = [json.loads(process.communicate()[0].splitlines()[-1]) for process in running]
    cpu = [round(one["cpu_seconds"], 1) for one in answers]
    return max(one["seconds"] for one in answers), max(one["peak_mb"] for one in answers), cpu


def _second_path(leaves: int) -> Figures:
    start = time.perf_counter()
    faults = list(check_by_database())
    seconds = time.perf_counter() - start
    return {"faults": len(faults), "seconds": round(seconds, 1), "per_second": round(leaves / seconds)}


def _incremental() -> Figures:
    """Verify from nothing once, then what is new, again and again."""
    first = verification.run_now(RunKind.INCREMENTAL, clock=timezone.now)
    return {
        "first": _told([first]),
        "new_1000": _told([_verified_after(1000, of_rows=0) for _ in range(5)]),
        "new_1000_on_200_rows": _told([_verified_after(1000, of_rows=200) for _ in range(3)]),
        "new_10000": _told([_verified_after(10_000, of_rows=0)]),
        "reach": {"new_1000": 0.05, "new_10000": 1},
    }


def _verified_after(count: int, *, of_rows: int) -> VerificationRun:
    """Verify so many new events, each of another season; on so many of them a domain row depends, the rest is work."""
    for first in range(0, count, 500):
        seasons = [(first + step) % ENTITIES for step in range(500)]
        observed, tended = [one for one in seasons if one < of_rows], [one for one in seasons if one >= of_rows]
        _record([made.observation(one) for one in observed] + [made.irrigation(one) for one in tended])
        integrator.integrate_once()
    start = time.perf_counter()
    run = verification.run_now(RunKind.INCREMENTAL, clock=timezone.now)
    run.seconds = time.perf_counter() - start
    return run


@business_transaction
def _record(records: Sequence[Record]) -> None:
    chain.append_all(records, at=made.NOON)
    bring_in_line(record.entity for record in records if record.type == "growth.observed")


def _told(runs: Sequence[VerificationRun]) -> Figures:
    found = [text for run in runs for text in run.findings.values_list("text", flat=True)[:3]]
    return {
        "states": sorted({str(run.state) for run in runs}),
        "entries": runs[-1].entries,
        "rows": runs[-1].rows,
        "seconds": round(statistics.median(run.seconds for run in runs), 3),
        "findings": found,
    }
