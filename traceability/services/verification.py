"""Verification as routine: what is new each minute, everything each night, each run kept with its figures."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from traceability.enums import RunKind, RunState
from traceability.ledger import Frontier, LedgerError
from traceability.models import VerificationChunk, VerificationRun
from traceability.queries.proofs import MissingNodeError
from traceability.services import findings, task_outbox
from traceability.services.checks import tree
from traceability.services.checks.fault import Fault, fewer
from traceability.services.checks.second_path import check_by_database
from traceability.services.fsck import Fsck, size, stored_frontier

Clock = Callable[[], datetime]

# Tasks by their names: services do not import them.
VERIFY_NEW = "traceability.verify_new"
PLAN_FULL = "traceability.plan_full"
CHECK_CHUNK = "traceability.check_chunk"
JOIN_FULL = "traceability.join_full"

# Of a fault that repeats in row after row.
_MOST_FINDINGS = 50
# A run that has not ended by then has failed; the next one no longer waits for it.
_PATIENCE = timedelta(hours=6)
_UNDERWAY = (RunState.WAITING, RunState.RUNNING)


@transaction.atomic
def request_run(kind: RunKind, *, at: datetime) -> VerificationRun | None:
    """Ask for a run; None where one of its kind is underway."""
    underway = VerificationRun.objects.filter(kind=kind, state__in=_UNDERWAY, requested_at__gt=at - _PATIENCE)
    if underway.exists():
        return None
    run = VerificationRun.objects.create(kind=kind, requested_at=at)
    task_outbox.request(VERIFY_NEW if kind is RunKind.INCREMENTAL else PLAN_FULL, run.pk, at=at)
    return run


def run_now(kind: RunKind, *, clock: Clock) -> VerificationRun:
    """Carry out a run in this process, as the tasks would."""
    run = VerificationRun.objects.create(kind=kind, requested_at=clock())
    if kind is RunKind.INCREMENTAL:
        return verify_new(run.pk, clock=clock)
    _plan(run, clock=clock)
    for chunk in run.chunks.order_by("first_index"):
        _check_chunk(chunk, clock=clock)
    return join_full(run.pk, clock=clock)


def verify_new(run_id: int, *, clock: Clock) -> VerificationRun:
    """Check what came since the last clean run. Doing it twice checks twice and keeps the last figures."""
    run = _started(run_id, at=clock())
    with _kept_honest(run):
        before = _last_clean()
        check = Fsck(files=False)
        run.first_index = before.size
        _judge(run, check.faults_since(before), at=clock())
        return _finish(run, check, at=clock())


def plan_full(run_id: int, *, clock: Clock) -> VerificationRun:
    """Divide the log into chunks for several workers. Doing it twice plans once."""
    run = VerificationRun.objects.get(pk=run_id)
    with transaction.atomic():
        _plan(run, clock=clock)
        for chunk in run.chunks.all():
            task_outbox.request(CHECK_CHUNK, chunk.pk, at=clock())
        _ask_for_join(run, at=clock())
    return run


def check_chunk(chunk_id: int, *, clock: Clock) -> VerificationChunk:
    """Check one chunk of a full run, from the stored nodes before it; the join compares those with the chunk before."""
    chunk = VerificationChunk.objects.select_related("run").get(pk=chunk_id)
    _check_chunk(chunk, clock=clock)
    with transaction.atomic():
        # The lock on the run: of two chunks that end at once, the second one sees that it is the last.
        _ask_for_join(VerificationRun.objects.select_for_update().get(pk=chunk.run_id), at=clock())
    return chunk


def join_full(run_id: int, *, clock: Clock) -> VerificationRun:
    """Join the chunks of a full run to one root, and check all that is not in a chunk."""
    run = VerificationRun.objects.get(pk=run_id)
    started = clock()
    with _kept_honest(run):
        check = Fsck()
        _judge(run, _faults_of_join(run, check), at=started)
        chunks = run.chunks.aggregate(entries=Sum("entries"), seconds=Sum("seconds"))
        check.entries += chunks["entries"] or 0
        run.seconds = chunks["seconds"] or 0
        return _finish(run, check, at=clock(), started=started)


def _plan(run: VerificationRun, *, clock: Clock) -> None:
    run = _started(run.pk, at=clock())
    if run.chunks.exists():
        return
    run.end_index = size()
    run.save(update_fields=["end_index"])
    starts = range(0, run.end_index, settings.VERIFY_CHUNK)
    VerificationChunk.objects.bulk_create(
        VerificationChunk(run=run, first_index=first, end_index=min(first + settings.VERIFY_CHUNK, run.end_index))
        for first in starts
    )


def _check_chunk(chunk: VerificationChunk, *, clock: Clock) -> None:
    started = clock()
    check = Fsck()
    with _kept_honest(chunk.run):
        _judge(chunk.run, _faults_of(chunk, check), at=started)
    chunk.subtree = check.frontier.to_bytes() if check.frontier else None
    chunk.entries = check.entries
    chunk.done_at = clock()
    chunk.seconds = (chunk.done_at - started).total_seconds()
    chunk.save()


def _faults_of(chunk: VerificationChunk, check: Fsck) -> Iterator[Fault]:
    before = yield from stored_frontier(chunk.first_index)
    yield from check.check_entries(chunk.first_index, chunk.end_index, before=before)


def _faults_of_join(run: VerificationRun, check: Fsck) -> Iterator[Fault]:
    joined: Frontier | None = Frontier()
    for chunk in run.chunks.order_by("first_index"):
        yield from _faults_of_seam(joined, chunk.first_index)
        joined = Frontier.from_bytes(bytes(chunk.subtree)) if chunk.subtree else None
    check.frontier = joined
    yield from check.check_rest()
    yield from check_by_database()


def _faults_of_seam(joined: Frontier | None, first_index: int) -> Iterator[Fault]:
    """Compare the tree that one chunk led to with the nodes that the next one built on."""
    if joined is None:
        return
    with contextlib.suppress(MissingNodeError):  # the chunk has said so
        if tree.stored_frontier(first_index).to_bytes() != joined.to_bytes():
            yield Fault("ledger_node", "-", "edge", f"the leaves before {first_index} lead to other nodes")


def _ask_for_join(run: VerificationRun, *, at: datetime) -> None:
    if not run.chunks.filter(done_at=None).exists():
        task_outbox.request(JOIN_FULL, run.pk, at=at)


def _last_clean() -> Frontier:
    clean = VerificationRun.objects.filter(state=RunState.CLEAN).exclude(frontier=None).order_by("-end_index").first()
    try:
        return Frontier.from_bytes(bytes(clean.frontier)) if clean and clean.frontier else Frontier()
    except LedgerError:
        # Somebody changed what an earlier run left: begin anew.
        return Frontier()


def _started(run_id: int, *, at: datetime) -> VerificationRun:
    run = VerificationRun.objects.get(pk=run_id)
    run.state, run.started_at, run.detail = RunState.RUNNING, at, ""
    run.save()
    return run


@contextlib.contextmanager
def _kept_honest(run: VerificationRun) -> Iterator[None]:
    """Mark a run that cannot be carried out as broken, so that its silence is not taken for a clean result."""
    try:
        yield
    except Exception as error:
        VerificationRun.objects.filter(pk=run.pk).update(state=RunState.BROKEN, detail=f"{error!r:.2000}")
        raise


def _judge(run: VerificationRun, faults: Iterable[Fault], *, at: datetime) -> None:
    # All first: a check reads in a transaction that cannot write.
    found = list(fewer(faults, most=_MOST_FINDINGS))
    if found:
        run.state = RunState.FOUND
        VerificationRun.objects.filter(pk=run.pk).update(state=RunState.FOUND)
        findings.report(found, at=at, run=run)


def _finish(run: VerificationRun, check: Fsck, *, at: datetime, started: datetime | None = None) -> VerificationRun:
    run.state = RunState.FOUND if run.state == RunState.FOUND else RunState.CLEAN
    run.entries, run.rows = check.entries, check.entities
    if check.frontier is not None:
        run.end_index, run.root, run.frontier = check.frontier.size, check.frontier.root(), check.frontier.to_bytes()
    run.finished_at = at
    run.seconds += (at - (started or run.started_at or at)).total_seconds()
    run.save()
    return run
