import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.enums import Provenance
from config import checkup
from tests.factories.parties import make_member
from tests.factories.witnesses import Circle
from traceability import vault
from traceability.enums import RunKind, RunState
from traceability.models import Finding, LogState, SignedCheckpoint, VerificationRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys() -> None:
    call_command("make_keys", stdout=StringIO())


def _answer(name: str) -> checkup.Answer:
    return next(answer for answer in checkup.answers(timezone.now()) if answer.name == name)


def test_everything_is_well_on_a_new_installation() -> None:
    unwell = [answer for answer in checkup.answers(timezone.now()) if not answer.well]

    assert [answer for answer in unwell if answer.name != "front-end packages"] == []


def test_doctor_prints_json() -> None:
    written = StringIO()
    try:
        call_command("doctor", json=True, stdout=written)
    except CommandError as error:
        assert str(error) == "not well: front-end packages"  # noqa: PT017 - npm packages may be missing here

    assert [entry["name"] for entry in json.loads(written.getvalue())] == list(checkup.LOOKS)


def test_stale_checkpoint_points_at_the_publisher(settings: Settings) -> None:
    LogState.objects.create(origin=settings.LOG_ORIGIN, size=3, frontier=b"")

    assert _answer("log") == checkup.Answer(
        "log", well=False, detail="3 entries, but the newest checkpoint holds 0; does the publisher run?"
    )


def test_a_witness_that_is_missing_is_not_well(circle: Circle) -> None:
    SignedCheckpoint.objects.create(size=3, note="")

    assert _answer("witnesses").detail == "county: was never asked; bank: was never asked"


def test_open_finding_is_not_well() -> None:
    Finding.objects.create(table="ledger_entry", row="7", rule="leaf hash", found_at=timezone.now())

    assert _answer("verification").detail == "1 findings are open"


def test_verification_that_stopped_points_at_worker_and_beat() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    VerificationRun.objects.create(
        kind=RunKind.INCREMENTAL, state=RunState.CLEAN, requested_at=long_ago, finished_at=long_ago
    )

    assert "do worker and beat run?" in _answer("verification").detail


def test_clock_that_is_off_is_told() -> None:
    found = {answer.name: answer for answer in checkup.answers(timezone.now() - timedelta(hours=1))}

    assert found["clock"].well is False
    assert "+3600" in found["clock"].detail


def test_broker_that_refuses_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr(cache, "set", refuse)

    assert _answer("broker") == checkup.Answer("broker", well=False, detail="no route")


def test_log_ins_of_a_demonstration_are_told_where_they_have_no_place(settings: Settings) -> None:
    member = make_member()
    member.organisation.provenance = Provenance.EXAMPLE
    member.organisation.save()

    refused = _answer("demonstration")
    settings.DEMO = True

    assert refused.well is False
    assert refused.detail == "1 log-ins of a demonstration are in the database; they are refused"
    assert _answer("demonstration").well is True


def test_vault_key_that_others_may_read_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.VAULT_KEY_FILE = tmp_path / "vault.keys"
    vault.make_key(settings.VAULT_KEY_FILE)
    settings.VAULT_KEY_FILE.chmod(0o644)

    assert _answer("keys").detail == "vault: vault.keys has mode 0644; only its owner may read it (0600)"
