"""What a load balancer or a supervisor asks: does the process live, and can it serve."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from traceability import replica
from traceability.log_key import LogKeyError
from traceability.queries import log, witnesses

_HURRIED = {"socket_timeout": 1, "socket_connect_timeout": 1}


@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing else, so that a slow database restarts no healthy process."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Say of each thing how it is: 200 when all are well, 503 when one is not.

    For supervisors and people. A load balancer asks `/healthz`: with a dead broker pages are still served, and what is
    sent waits in the database.
    """
    found = {name: _fault(check) for name, check in CHECKS.items()}
    return JsonResponse(
        {name: fault or "ok" for name, fault in found.items()}, status=503 if any(found.values()) else 200
    )


def _fault(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, RedisError, BrokerError, OSError, LogKeyError, witnesses.PolicyError) as error:
        # The kind only: texts of drivers name hosts and log-ins, and anybody may read this page.
        return type(error).__name__


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else ""


def _cache() -> str:
    cache.set("readyz", 1, timeout=10)
    return "" if cache.get("readyz") == 1 else "does not keep what is set"


def _broker() -> str:
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=1, transport_options=_HURRIED) as broker:
        broker.ensure_connection(max_retries=1, timeout=1)
    return ""


def _log() -> str:
    standing = log.standing()
    if standing.waiting >= settings.OUTBOX_LIMIT:
        return f"{standing.waiting} events wait for their place"
    at = timezone.now()
    if standing.is_stale(at):
        return f"entries have waited {standing.behind(at).total_seconds():.0f} s for a checkpoint"
    return ""


def _witnesses() -> str:
    absent = witnesses.missing()
    return "; ".join(f"{one.name} has cosigned {one.size} of {one.signed} published entries" for one in absent)


def _replica() -> str:
    return replica.fault() if replica.is_there() else ""


CHECKS = {
    "database": _database,
    "replica": _replica,
    "migrations": _migrations,
    "cache": _cache,
    "broker": _broker,
    "log": _log,
    "witnesses": _witnesses,
}
