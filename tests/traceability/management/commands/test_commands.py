import io
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests import databases
from tests.factories import log, stories
from tests.factories.events import append, new_entity, opening
from traceability import log_key
from traceability.models import LogEntry, SignedCheckpoint, TaskRequest, VerificationRun
from traceability.services import task_outbox
from traceability.services.task_outbox import BrokerDownError

pytestmark = pytest.mark.django_db(transaction=True)


def run(name: str, *arguments: str) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=out)
    except SystemExit as ended:
        return out.getvalue(), int(str(ended.code))
    return out.getvalue(), 0


def test_make_keys_makes_each_key_once(tmp_path: Path, settings: Settings) -> None:
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.VAULT_KEY_FILE = tmp_path / "keys" / "vault.keys"

    first, _ = run("make_keys")
    second, _ = run("make_keys")

    assert first.splitlines()[-1] == second.splitlines()[-1] == log_key.vkey()
    assert [line.split()[2] for line in first.splitlines()[:2]] == ["made", "made"]
    assert [line.split()[2] for line in second.splitlines()[:2]] == ["kept", "kept"]
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").glob("*.key*")} == {0o600}


@pytest.mark.usefixtures("log_keys")
class TestLog:
    def test_integrate_and_publish_do_one_step(self) -> None:
        append(opening(new_entity()))

        run("integrate", "--once")
        run("publish", "--once")

        assert LogEntry.objects.count() == 1
        assert SignedCheckpoint.objects.get().size == 1

    def test_verify_tells_what_it_checked(self) -> None:
        stories.rice()
        log.publish()

        text, code = run("verify")
        full, full_code = run("verify", "--full")

        size = LogEntry.objects.count()
        assert (code, full_code) == (0, 0)
        assert f"{size} entries from 0" in text
        assert f"{size} entries from 0" in full
        assert VerificationRun.objects.count() == 2

    def test_verify_names_what_it_finds(self) -> None:
        stories.rice()
        log.publish()
        with databases.superuser() as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("UPDATE ledger_entry SET leaf_hash = sha256(leaf_hash) WHERE index = 2")

        text, code = run("verify")

        assert code == 1
        assert "ledger_entry index=2: hash" in text

    def test_verify_that_cannot_run_ends_with_2(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_arguments: object, **_more: object) -> None:
            raise OSError("the disk is gone")

        monkeypatch.setattr("traceability.services.verification.run_now", fail)

        assert run("verify") == ("verify could not run: OSError('the disk is gone')\n", 2)


def test_relay_leaves_to_the_database_what_no_broker_takes(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_arguments: object) -> None:
        raise BrokerDownError("broker: refused")

    monkeypatch.setattr(task_outbox, "relay_once", fail)

    run("relay", "--once")

    assert "what waits stays in the database" in caplog.text
    assert not TaskRequest.objects.exists()
