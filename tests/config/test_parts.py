import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import Membership
from config import parts
from tests.factories import farm
from traceability.services.integrator import integrate_once
from traceability.services.publisher import publish_once


def test_web_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_BIND", "127.0.0.1:1")

    with pytest.raises(CommandError, match="web: does not answer"):
        call_command("healthy", "web")


def test_beat_is_known_by_the_schedule_that_it_writes(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path

    assert parts.CHECKS["beat"]() == "has written no schedule"
    (tmp_path / "beat-schedule.db").touch()
    assert parts.CHECKS["beat"]() == ""
    old = time.time() - 1000
    os.utime(tmp_path / "beat-schedule.db", (old, old))
    assert parts.CHECKS["beat"]() == "wrote its schedule 1000 s ago"


@pytest.mark.django_db
def test_an_integrator_that_leaves_events_waiting_is_told(farmer: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_PATIENCE_SECONDS", 0.01)
    farm.make_plot(farmer)

    assert parts.CHECKS["integrate"]() == "1 events wait, and the log does not grow"
    integrate_once()
    assert parts.CHECKS["integrate"]() == ""


@pytest.mark.django_db
@pytest.mark.usefixtures("log_keys")
def test_a_publisher_that_is_behind_is_told(farmer: Membership) -> None:
    farm.make_plot(farmer)
    integrate_once()
    publish_once(at=timezone.now())
    assert parts.CHECKS["publish"]() == ""

    farm.make_plot(farmer, number="two", at=timezone.now() - timedelta(minutes=5))
    integrate_once()

    assert parts.CHECKS["publish"]().startswith("the newest checkpoint is 30")
