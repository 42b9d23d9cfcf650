"""What a load balancer or a supervisor asks: does the process live, and can it serve."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError


@never_cache
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; touches nothing else, so that a slow database restarts no healthy process."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Say whether each thing that a request needs is there: 200 when all are, 503 when one is not."""
    found = {name: _fault(check) for name, check in CHECKS.items()}
    return JsonResponse(
        {name: fault or "ok" for name, fault in found.items()}, status=503 if any(found.values()) else 200
    )


def _fault(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, RedisError, OSError) as error:
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


CHECKS = {"database": _database, "migrations": _migrations, "cache": _cache}
