"""What Prometheus reads: requests as they were counted, and how the log, its queues and its checks stand now."""

import hmac
import os
import shutil
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from traceability import replica
from traceability.models import Finding, TaskRequest, VerificationRun
from traceability.queries import log, witnesses

REQUESTS = Histogram(
    "suyuan_request_seconds",
    "How long requests took",
    ("method", "route", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)


class Standing(Collector):
    """Reads the gauges when they are asked for: what stands in the database is the same from every process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every gauge."""
        at = timezone.now()
        for name, says, value in (*_of_the_log(at), *_of_checks(at), *_of_the_machine(), *_of_the_replica()):
            if value is not None:
                yield GaugeMetricFamily(f"suyuan_{name}", says, value=value)


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Give the figures to who has the token; where no token is set, or another is given, there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        raise Http404
    return HttpResponse(_counted() + _standing(), content_type=CONTENT_TYPE_LATEST)


def _counted() -> bytes:
    # Each worker counts for itself; their files in one folder are summed.
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _standing() -> bytes:
    registry = CollectorRegistry()
    registry.register(Standing())
    return generate_latest(registry)


def _of_the_log(at: datetime) -> Iterator[tuple[str, str, float | None]]:
    standing = log.standing()
    yield "log_size", "Entries in the log", standing.size
    yield "log_signed", "Entries under the newest checkpoint", standing.signed
    yield "log_waiting", "Events that wait for their place", standing.waiting
    behind = standing.behind(at).total_seconds()
    yield "checkpoint_behind_seconds", "How long entries have waited for a checkpoint", behind
    if settings.WITNESS_POLICY_FILE:
        yield "witnesses_missing", "Witnesses that have not cosigned what is published", len(witnesses.missing())


def _of_checks(at: datetime) -> Iterator[tuple[str, str, float | None]]:
    yield "findings_open", "Findings that nobody has closed", Finding.objects.filter(closed_at=None).count()
    last = VerificationRun.objects.exclude(finished_at=None).order_by("-finished_at").first()
    if last and last.finished_at:
        yield "verification_age_seconds", "Since the last verification ended", (at - last.finished_at).total_seconds()
    waiting = TaskRequest.objects.filter(done_at=None)
    yield "tasks_waiting", "Tasks that were asked for and are not done", waiting.count()


def _of_the_machine() -> Iterator[tuple[str, str, float | None]]:
    yield "disk_free_bytes", "Free where files go", shutil.disk_usage(settings.VAR).free


def _of_the_replica() -> Iterator[tuple[str, str, float | None]]:
    if replica.is_there():
        yield "replica_unused", "1 where the replica is away or too far behind to be read", float(bool(replica.fault()))
