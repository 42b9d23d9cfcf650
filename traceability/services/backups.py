"""Backups that say which log they hold, and restoring them without a second history.

A backup is a folder: `database.dump` by pg_dump, and `backup.json` that names the log's size and root as of the same
moment. Whoever restores one learns at once whether more was published than it holds: then nothing is signed.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import connection, connections

from traceability import postgres_tools
from traceability.errors import TraceabilityError
from traceability.models import LogState
from traceability.queries import log, proofs
from traceability.services import publisher
from traceability.services.checks.snapshot import snapshot

FORMAT = "suyuan/backup/v1"
_DUMP, _MANIFEST = "database.dump", "backup.json"


class BackupError(TraceabilityError):
    """A backup cannot be made or restored as it is; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds: the log up to `size` with its `root`, the last note signed before, and the dump's hash."""

    format: str
    made_at: str
    origin: str
    size: int
    root: str
    checkpoint: str
    dump_sha256: str
    dump_bytes: int


def back_up(*, folder: Path, at: datetime) -> Backup:
    """Write a backup into a new folder, as of one moment, while the product goes on. Raises BackupError, ToolError."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder}: is not empty; each backup has a folder of its own")
    folder.mkdir(parents=True, exist_ok=True)
    # People's numbers and hashes of passwords are in it: whatever the umask, nobody else on this machine opens it.
    folder.chmod(0o700)
    with snapshot(), connection.cursor() as cursor:
        # The dump reads in this very snapshot, so that size and root are those of the rows in it.
        cursor.execute("SELECT pg_export_snapshot()")
        (shared,) = cursor.fetchone()
        size, root, note = _log_as_it_stands()
        postgres_tools.run("pg_dump", "--format=custom", f"--snapshot={shared}", f"--file={folder / _DUMP}")
    digest, length = _digest(folder / _DUMP)
    made = Backup(
        format=FORMAT,
        made_at=at.isoformat(timespec="seconds"),
        origin=settings.LOG_ORIGIN,
        size=size,
        root=root.hex(),
        checkpoint=note,
        dump_sha256=digest,
        dump_bytes=length,
    )
    # Last: a folder without it is a backup that was cut short.
    (folder / _MANIFEST).write_text(json.dumps(asdict(made), ensure_ascii=False, indent=1), encoding="utf-8")
    return made


def read(folder: Path) -> Backup:
    """Read what a backup says it holds, and check its bytes. Raises BackupError."""
    try:
        found = Backup(**json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{folder}: holds no whole backup: {error}") from error
    if (found.format, found.origin) != (FORMAT, settings.LOG_ORIGIN):
        raise BackupError(f"{folder}: is {found.format} of {found.origin}; this is {FORMAT} of {settings.LOG_ORIGIN}")
    if _digest(folder / _DUMP) != (found.dump_sha256, found.dump_bytes):
        raise BackupError(f"{folder / _DUMP}: is not the file that the backup was made with")
    return found


def restore(*, folder: Path) -> Backup:
    """Bring a backup into the empty database of the settings, and check that it holds the log that it says.

    Raises BackupError, ToolError. Whether the log may go on from there says `publisher.check_goes_on`.
    """
    backup = read(folder)
    _check_empty()
    postgres_tools.run(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        f"--dbname={_name()}",
        str(folder / _DUMP),
    )
    connections.close_all()
    size, root, _note = _log_as_it_stands()
    if (size, root.hex()) != (backup.size, backup.root):
        raise BackupError(f"{folder}: the log came out with size {size} and root {root.hex()}, not as the backup says")
    return backup


def shortfall(backup: Backup) -> str:
    """Say what the log had published beyond a backup, and nothing where the backup holds all of it."""
    try:
        publisher.check_goes_on(backup.size)
    except publisher.PublishError as error:
        return str(error)
    return ""


def copy_files(*, to: Path) -> int:
    """Copy photos and reports that are not in the folder yet, and give how many; a file's name is its bytes' hash."""
    storage = storages["attachments"]
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    copied = 0
    for name in _names(storage):
        target = to / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        with storage.open(name) as file:
            part.write_bytes(file.read())
        # A copy that was cut short keeps another name, and is made anew the next time.
        part.replace(target)
        copied += 1
    return copied


def _names(storage: Storage, folder: str = "") -> Iterator[str]:
    folders, files = storage.listdir(folder)
    yield from (f"{folder}/{name}" if folder else name for name in files)
    for one in folders:
        yield from _names(storage, f"{folder}/{one}" if folder else one)


def _log_as_it_stands() -> tuple[int, bytes, str]:
    state = LogState.objects.filter(origin=settings.LOG_ORIGIN).first()
    size = state.size if state else 0
    newest = log.checkpoint()
    return size, proofs.root(size), newest.note if newest else ""


def _check_empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        if cursor.fetchone()[0]:
            raise BackupError(f"database {_name()}: is not empty; a backup is restored into a new one")


def _name() -> str:
    return str(settings.DATABASES["owner"]["NAME"])


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest(), path.stat().st_size
