"""What an operator asks first when something is wrong: one line for each thing that the product stands on."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.staticfiles.finders import get_finder
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

from accounts.queries.demonstration import the_cast
from traceability import log_key, vault
from traceability.models import Finding, VerificationRun
from traceability.queries import log, witnesses

OLDEST_POSTGRES = 150000
SMALLEST_DISK = 2 * 1024**3
CLOCK_TOLERANCE = timedelta(seconds=2)
# Incremental verification runs each minute while something is new.
OLDEST_VERIFICATION = timedelta(minutes=10)


class CheckupError(Exception):
    """Something is not as it should be; the text says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was looked at, whether it is well, and what was found."""

    name: str
    well: bool
    detail: str


def answers(at: datetime) -> Iterator[Answer]:
    """Look at each thing in turn; a thing that cannot be looked at is not well."""
    for name, look in LOOKS.items():
        try:
            yield Answer(name, well=True, detail=look(at))
        except (
            CheckupError,
            DatabaseError,
            RedisError,
            OSError,
            log_key.LogKeyError,
            vault.VaultError,
            witnesses.PolicyError,
        ) as error:
            yield Answer(name, well=False, detail=f"{error}".strip() or type(error).__name__)


def _database(_at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
            " current_setting('synchronous_commit')"
        )
        number, version, commit = cursor.fetchone()
    if number < OLDEST_POSTGRES:
        raise CheckupError(f"PostgreSQL {version} is older than 15")
    if commit == "off":
        raise CheckupError("synchronous_commit is off: what was answered could still be lost")
    return f"PostgreSQL {version}"


def _rights(_at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),"
            " has_table_privilege('ledger_entry', 'UPDATE') OR has_table_privilege('ledger_entry', 'DELETE')"
        )
        user, superuser, may_change = cursor.fetchone()
    if superuser or may_change:
        raise CheckupError(f"the product runs as {user}, who may change what the ledger holds")
    return f"{user} may not change the ledger"


def _migrations(_at: datetime) -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise CheckupError(f"{len(waiting)} not applied, the first is {waiting[0][0]}")
    return "all applied"


def _broker(at: datetime) -> str:
    cache.set("checkup", at.isoformat(), timeout=10)
    if cache.get("checkup") != at.isoformat():
        raise CheckupError("does not keep what is set")
    return "keeps what is set"


def _clock(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - %s", [at])
        (difference,) = cursor.fetchone()
    if abs(difference) > CLOCK_TOLERANCE:
        raise CheckupError(f"the database's clock is {difference.total_seconds():+.1f} s from this machine's")
    return "agrees with the database's"


def _keys(_at: datetime) -> str:
    signer = log_key.signer()
    vault.unseal(vault.seal(bytes(32), ""))
    return str(signer.vkey)


def _disk(_at: datetime) -> str:
    free = shutil.disk_usage(settings.VAR).free
    if free < SMALLEST_DISK:
        raise CheckupError(f"{free / 1024**3:.1f} GiB are free")
    return f"{free / 1024**3:.0f} GiB free"


def _log(at: datetime) -> str:
    standing = log.standing()
    if standing.is_stale(at):
        raise CheckupError(
            f"{standing.size} entries, but the newest checkpoint holds {standing.signed}; does the publisher run?"
        )
    if standing.waiting >= settings.OUTBOX_LIMIT:
        raise CheckupError(f"{standing.waiting} events wait; does the integrator run?")
    return f"{standing.size} entries, {standing.signed} under a checkpoint, {standing.waiting} waiting"


def _witnesses(_at: datetime) -> str:
    found = witnesses.standings()
    if absent := [one for one in found if one.is_missing]:
        told = [f"{one.name}: {one.standing.fault if one.standing else 'was never asked'}" for one in absent]
        raise CheckupError("; ".join(told))
    return f"{len(found)} have cosigned what is published" if found else "none is asked"


def _verification(at: datetime) -> str:
    if open_findings := Finding.objects.filter(closed_at=None).count():
        raise CheckupError(f"{open_findings} findings are open")
    last = VerificationRun.objects.exclude(finished_at=None).order_by("-finished_at").first()
    if last is None or last.finished_at is None:
        return "no run yet"
    if at - last.finished_at > OLDEST_VERIFICATION:
        raise CheckupError(f"the last run ended at {last.finished_at:%Y-%m-%d %H:%M:%S %Z}; do worker and beat run?")
    return f"{last.entries} entries in {last.seconds:.2f} s at the last run"


def _demonstration(_at: datetime) -> str:
    if settings.DEMO:
        return "SUYUAN_DEMO is set: its log-ins have a password that everybody knows"
    if cast := the_cast().count():
        raise CheckupError(f"{cast} log-ins of a demonstration are in the database; they are refused")
    return "no log-ins of one"


def _packages(_at: datetime) -> str:
    missing = get_finder("config.static_files.PackageFinder").check()
    if missing:
        raise CheckupError("; ".join(str(found.msg) for found in missing))
    return "installed"


LOOKS: dict[str, Callable[[datetime], str]] = {
    "database": _database,
    "migrations": _migrations,
    "rights": _rights,
    "broker": _broker,
    "clock": _clock,
    "keys": _keys,
    "disk": _disk,
    "log": _log,
    "witnesses": _witnesses,
    "verification": _verification,
    "demonstration": _demonstration,
    "front-end packages": _packages,
}
