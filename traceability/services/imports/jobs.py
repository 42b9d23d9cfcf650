"""Sheets that were sent: checked as if they were loaded, and loaded row by row once somebody says so.

A row becomes the same record however often its sheet is sent, so that a step which died is simply done again, and a
file that comes twice makes nothing double.
"""

import base64
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Membership
from accounts.queries.memberships import may_record
from traceability import vault
from traceability.decimals import decimal_text
from traceability.enums import ImportState
from traceability.errors import RefusedError
from traceability.models import SheetImport
from traceability.services import task_outbox
from traceability.services.chain import OutboxFullError
from traceability.services.imports.going_through import KINDS, GoingThrough, Tally
from traceability.services.transactions import business_transaction, tried_again
from traceability.sheets import Limits, Problem, Row, Sheet, open_sheet

RUN = "traceability.run_import"
LIMITS = Limits(file_bytes=32 << 20, unpacked_bytes=256 << 20, rows=200_000)
# So many rows are done while the sender waits; more are the workers'.
INLINE_ROWS = 100
# A bad row can be looked at as long as the file is kept.
KEPT = timedelta(days=90)
# Rows that are tried or written together: heads stay locked for a moment only, and for less than a second where a kind
# has a way of its own to write many.
_TOGETHER, _MANY_TOGETHER = 50, 500
_SALT_BYTES = 16
# A worker waits so long for room in the log before it lets others have its place, and is asked for anew.
_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSheet:
    """A file as it came: the id that its form or sender gives it, what its rows are, and its bytes."""

    id: UUID
    kind: str
    file_name: str
    data: bytes


@dataclass(slots=True)
class Patience:
    """How a step waits while the log takes nothing in: by which pause, and for how many seconds in all."""

    pause: Callable[[float], None] = time.sleep
    seconds: float = _PATIENCE_SECONDS

    def for_room(self, full: OutboxFullError) -> None:
        """Wait a moment. Raises the error where it was waited long enough."""
        if self.seconds <= 0:
            raise full
        self.seconds -= full.retry_after
        self.pause(full.retry_after)


# Whoever waits for an answer is not kept: a worker goes on.
_NOT_AT_ALL = Patience(seconds=0)


@business_transaction
def take(*, sent: SentSheet, membership: Membership, at: datetime) -> SheetImport:
    """Take a sheet in and ask for its check; the same id again is the same sheet. Raises RefusedError, SheetError."""
    _check_may_record(membership)
    known = SheetImport.objects.filter(pk=sent.id, party=membership.organisation).first()
    if known:
        return known
    sheet = _open(sent.kind, sent.data)
    made = SheetImport.objects.create(
        id=sent.id,
        party=membership.organisation,
        user=membership.user,
        kind=sent.kind,
        file_name=sent.file_name[:120],
        sealed=vault.seal(os.urandom(_SALT_BYTES), base64.b64encode(sent.data).decode()),
        state=ImportState.CHECKING,
        created_at=at,
        rows=sheet.count(),
        ignored=[name[:60] for name in sheet.ignored],
    )
    _ask(made, at=at)
    return made


@business_transaction
def load(*, sheet_import: SheetImport, membership: Membership, at: datetime) -> SheetImport:
    """Ask that the good rows of a checked sheet be loaded. Raises RefusedError."""
    _check_may_record(membership)
    locked = SheetImport.objects.select_for_update().get(pk=sheet_import.pk)
    if locked.state == ImportState.CHECKING:
        raise RefusedError("", "load_before_check")
    if locked.state == ImportState.CHECKED:
        locked.state, locked.seen, locked.user = ImportState.LOADING, 0, membership.user
        locked.save(update_fields=["state", "seen", "user"])
        _ask(locked, at=at)
    return locked


def run_if_short(sheet_import: SheetImport, *, clock: Callable[[], datetime]) -> SheetImport:
    """Do at once what is waited for, where the sheet is short; a worker then finds the work done.

    Where the log takes nothing in, the worker does it.
    """
    if sheet_import.rows <= INLINE_ROWS:
        run(sheet_import.pk, clock=clock, patience=_NOT_AT_ALL)
        sheet_import.refresh_from_db()
    return sheet_import


def run(import_id: UUID, *, clock: Callable[[], datetime], patience: Patience | None = None) -> None:
    """Do the next step of a sheet: check it, or load it. Safe to run twice, and by two workers at once.

    While the log is full it waits, and after a while asks for the same step anew: what was recorded until then stands,
    and is found again. Until the whole is done the sheet says that it is being loaded.
    """
    found = _light().select_related("party", "user").filter(pk=import_id).first()
    if found is None or found.state not in {ImportState.CHECKING, ImportState.LOADING}:
        return
    try:
        _do(found, clock=clock, patience=patience or Patience())
    except OutboxFullError:
        now = clock()
        # A request of its own each time: one that comes again and again would be given up as broken.
        task_outbox.request(RUN, f"{found.pk} {found.state} {now.timestamp():.0f}", at=now)


def _do(found: SheetImport, *, clock: Callable[[], datetime], patience: Patience) -> None:
    membership = Membership.objects.filter(organisation=found.party, user=found.user).first()
    if membership is None:
        # Who sent it has left the party meanwhile, and nobody else said that it is right.
        _keep(found, ImportState.CHECKED, problems=[_kept(Problem(0, "", "", "viewer_cannot_write", {}))], good=0)
    elif found.state == ImportState.CHECKING:
        _check(found, GoingThrough(found.kind, membership, clock=clock, trial=True), patience)
    else:
        _load(found, GoingThrough(found.kind, membership, clock=clock), patience)


def bad_rows(sheet_import: SheetImport) -> Iterator[list[str]]:
    """Give the heading and the bad rows as they stood in the file, to be mended and sent again."""
    sheet = _opened(sheet_import)
    bad = {one["line"] for one in sheet_import.problems}
    yield list(sheet.heading)
    yield from (list(row.cells) for row in sheet.rows() if row.line in bad)


def forget_old(*, at: datetime) -> int:
    """Delete sheets that nobody needs any more, and give how many; what was loaded of them stays."""
    deleted, _ = SheetImport.objects.filter(created_at__lt=at - KEPT).delete()
    return deleted


def _ask(waiting: SheetImport, *, at: datetime) -> None:
    # The step is part of the request: to ask twice for the same would be to ask once.
    task_outbox.request(RUN, f"{waiting.pk} {waiting.state}", at=at)


def _check_may_record(membership: Membership) -> None:
    if not may_record(membership):
        raise RefusedError("", "viewer_cannot_write")


def _open(kind: str, data: bytes) -> Sheet:
    return open_sheet(data, KINDS[kind].columns, LIMITS)


def _light() -> QuerySet[SheetImport]:
    """Give sheets without what is large of them: a step holds its row for as long as it lasts."""
    return SheetImport.objects.defer("sealed", "problems")


def _opened(sheet_import: SheetImport) -> Sheet:
    (sealed,) = SheetImport.objects.filter(pk=sheet_import.pk).values_list("sealed", flat=True)
    _, content = vault.unseal(bytes(sealed))
    return _open(sheet_import.kind, base64.b64decode(str(content)))


def _check(found: SheetImport, passing: GoingThrough, patience: Patience) -> None:
    # It is only tried.
    _keep_all(found, ImportState.CHECKED, _went_through(found, passing, patience, undone=True))


def _load(found: SheetImport, passing: GoingThrough, patience: Patience) -> None:
    tally = _went_through(found, passing, patience, undone=False)
    _keep_all(found, ImportState.DONE, tally, loaded=tally.good, finished_at=passing.clock())


def _went_through(found: SheetImport, passing: GoingThrough, patience: Patience, *, undone: bool) -> Tally:
    tally, rows = Tally(), _opened(found).rows()
    many = _MANY_TOGETHER if passing.kind.write_all else _TOGETHER
    # Written alone, each row is committed alone: its heads are free at once, and a step that dies loses nothing.
    at_once = many if undone or passing.kind.write_all else 1
    while part := list(islice(rows, many)):
        for start in range(0, len(part), at_once):
            step = partial(_taken, passing, part[start : start + at_once], undone=undone)
            tally.add(_with_room(partial(tried_again, step), patience))
        SheetImport.objects.filter(pk=found.pk, state=found.state).update(seen=tally.rows)
    return tally


def _with_room(step: Callable[[], Tally], patience: Patience) -> Tally:
    while True:
        try:
            return step()
        except OutboxFullError as full:
            patience.for_room(full)


def _taken(passing: GoingThrough, rows: Sequence[Row], *, undone: bool) -> Tally:
    with transaction.atomic():
        tally = passing.take(rows)
        transaction.set_rollback(undone)
    return tally


def _keep_all(found: SheetImport, state: ImportState, tally: Tally, **columns: object) -> None:
    _keep(
        found,
        state,
        seen=tally.rows,
        good=tally.good,
        totals={unit: decimal_text(total) for unit, total in tally.totals.items()},
        problems=[_kept(one) for one in tally.problems],
        **columns,
    )


def _keep(found: SheetImport, state: ImportState, **columns: object) -> None:
    # Of two workers at the same step, the second finds it done.
    SheetImport.objects.filter(pk=found.pk, state=found.state).update(state=state, **columns)


def _kept(problem: Problem) -> dict[str, object]:
    return {
        "line": problem.line,
        "field": problem.field,
        "value": problem.value[:60],
        "rule": problem.rule,
        "params": {name: str(value) for name, value in problem.params.items()},
    }
