"""Whether each part of the product does its work, as a container's health check asks: by effect, not by a process."""

import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from socket import gethostname

from django.conf import settings
from django.utils import timezone

from config.celery import app
from traceability.queries import log

# How long the integrator may leave events waiting, and the publisher entries, before somebody should look.
_PATIENCE_SECONDS = 20.0
_LOOK_SECONDS = 0.5
# Beat writes its schedule down at least this often (celery.beat.Scheduler.sync_every, with room for a busy disk).
_BEAT_SECONDS = 600


def _web() -> str:
    place = os.environ.get("WEB_BIND", "0.0.0.0:8000").rpartition(":")[2]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{place}/healthz", timeout=5) as answer:
            return "" if answer.status == 200 else f"answers {answer.status}"
    except (urllib.error.URLError, OSError) as error:
        return f"does not answer: {error}"


def _worker() -> str:
    return "" if app.control.ping(destination=[f"celery@{gethostname()}"], timeout=10) else "does not answer"


def _beat() -> str:
    # The store behind the name may have an ending of its own.
    written = [one.stat().st_mtime for one in Path(settings.VAR).glob("beat-schedule*")]
    if not written:
        return "has written no schedule"
    age = time.time() - max(written)
    return "" if age < _BEAT_SECONDS else f"wrote its schedule {age:.0f} s ago"


def _integrate() -> str:
    # One event waits all the time on a busy day: what must not be is that the log stands while events wait.
    before = log.standing()
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        now = log.standing()
        if now.waiting == 0 or now.size > before.size:
            return ""
        time.sleep(_LOOK_SECONDS)
    return f"{before.waiting} events wait, and the log does not grow"


def _publish() -> str:
    at = timezone.now()
    standing = log.standing()
    if not standing.is_stale(at):
        return ""
    return f"the newest checkpoint is {standing.behind(at).total_seconds():.0f} s behind"


CHECKS: Mapping[str, Callable[[], str]] = {
    "web": _web,
    "worker": _worker,
    "beat": _beat,
    "integrate": _integrate,
    "publish": _publish,
}
