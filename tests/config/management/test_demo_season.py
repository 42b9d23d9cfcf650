import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from jwcrypto.jwk import JWK
from pytest_django.fixtures import Settings

from accounts.models import User
from config.demo import credit
from config.demo.story import Told
from config.management.commands import demo_season
from finance.models import BankClient
from tests import databases
from traceability.models import LogEntry, LogState, Lot, VerificationRun

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("log_keys")]


@pytest.fixture(autouse=True)
def _demonstration(settings: Settings) -> None:
    settings.DEMO = True


def run(folder: Path, *arguments: str) -> str:
    output = io.StringIO()
    call_command("demo_season", "--patience=0", f"--published={folder}", *arguments, stdout=output)
    return output.getvalue()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens in the season, and nobody borrows."""
    monkeypatch.setattr(demo_season, "story", lambda _stage: [])
    monkeypatch.setattr(credit, "play", lambda *_stage, **_told: Told(now=0, before=0, later=0))


@pytest.mark.slow
def test_season_is_loaded_verified_and_shown_once(tmp_path: Path) -> None:
    first = run(tmp_path / "absent")
    size = LogState.objects.get().size
    lots = Lot.objects.count()

    second = run(tmp_path / "absent", "--without-summary")

    assert "No published examples" in first
    assert "The chain verifies" in first.splitlines()[-1]
    assert "130 0000 0001" in first
    assert "示例农商银行" in first
    assert second.count(" 0 recorded now") == 2
    assert "130 0000 0001" not in second
    assert (LogState.objects.get().size, Lot.objects.count()) == (size, lots)
    assert LogEntry.objects.count() == size > 0


@pytest.mark.usefixtures("short")
def test_chain_that_was_tampered_with_is_told_by_the_exit_code(tmp_path: Path) -> None:
    run(tmp_path)
    with databases.superuser() as superuser:
        superuser.execute("INSERT INTO ledger_state (origin, size, frontier) VALUES ('other.example/log', 1, '')")

    with pytest.raises(SystemExit, match="1"):
        run(tmp_path)

    assert VerificationRun.objects.count() == 2


def test_interruption_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_stage: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo_season, "story", interrupt)

    with pytest.raises(SystemExit, match="130"):
        run(tmp_path)


@pytest.mark.usefixtures("short")
def test_cast_of_another_seed_is_explained(tmp_path: Path) -> None:
    run(tmp_path)

    with pytest.raises(CommandError, match="another seed"):
        run(tmp_path, "--seed=8")


def test_without_keys_it_says_what_makes_them(tmp_path: Path, settings: Settings) -> None:
    settings.VAULT_KEY_FILE = tmp_path / "none"

    with pytest.raises(CommandError, match="make_keys"):
        run(tmp_path / "absent")


def test_where_no_demonstration_is_allowed_nothing_is_made(tmp_path: Path, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError, match="SUYUAN_DEMO"):
        run(tmp_path)

    assert not User.objects.exists()


def test_summary_is_json_and_loads_nothing() -> None:
    output = io.StringIO()
    call_command("demo_season", "--summary", stdout=output)

    assert json.loads(output.getvalue())["accounts"] == []
    assert not User.objects.exists()


def test_key_of_the_banks_machine_is_told_where_a_demonstration_runs() -> None:
    output = io.StringIO()
    call_command("demo_season", "--bank-key", stdout=output)

    said = json.loads(output.getvalue())
    client = BankClient.objects.get(application__client_id=said["client_id"])
    assert client.key_set["keys"][0]["x"] == said["key"]["x"]
    assert JWK(**said["key"]).has_private
