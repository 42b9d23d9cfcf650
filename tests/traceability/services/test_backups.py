"""Backups of the real database by PostgreSQL's own programs, restored into another one of the same cluster."""

import json
import os
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from accounts.models import Membership
from scripts import engines
from tests import databases
from tests.engines import ADMIN
from tests.factories import farm
from tests.factories.log import publish
from traceability import postgres_tools
from traceability.models import Plot, SignedCheckpoint
from traceability.queries import proofs
from traceability.services import backups, fsck, publisher
from traceability.services.integrator import integrate_once

pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.usefixtures("log_keys"),
]

Move = Callable[[], None]


@pytest.fixture
def to_a_new_machine(settings: Settings) -> Iterator[Move]:
    """Put an empty database in the place of the test's own, which comes back afterwards."""
    before = str(settings.DATABASES["default"]["NAME"])
    fresh = f"{before}_restored"

    def move() -> None:
        engines.make_database(os.environ[ADMIN], fresh)
        databases.use(fresh)

    yield move
    databases.use(before)
    databases.drop(fresh)


def call(name: str, *arguments: object) -> str:
    written = StringIO()
    call_command(name, *map(str, arguments), stdout=written)
    return written.getvalue()


def test_a_restored_log_is_the_same_and_goes_on(farmer: Membership, tmp_path: Path, to_a_new_machine: Move) -> None:
    farm.make_plot(farmer)
    signed = publish()
    farm.make_plot(farmer, number="two")
    integrate_once()
    root = proofs.root(2)
    call("backup", tmp_path / "one", "--files", tmp_path / "files")
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("one", "files")] == [0o700, 0o700]

    to_a_new_machine()
    told = call("restore", tmp_path / "one")

    assert told.startswith(f"restored: 2 entries with root {root.hex()}")
    assert "nothing will be signed" not in told
    assert SignedCheckpoint.objects.get().note == signed.note
    assert list(fsck.Fsck().faults()) == []
    assert publisher.publish_once(at=farm.NOW) is not None
    farm.make_plot(Membership.objects.get(pk=farmer.pk), number="three")
    assert publish().size == 3
    assert Plot.objects.count() == 3


def test_the_product_may_not_change_a_restored_ledger_either(
    farmer: Membership, tmp_path: Path, to_a_new_machine: Move
) -> None:
    farm.make_plot(farmer)
    publish()
    call("backup", tmp_path / "one")

    to_a_new_machine()
    call("restore", tmp_path / "one")

    with psycopg.connect(os.environ[ADMIN], dbname=connections["default"].settings_dict["NAME"]) as admin:
        with pytest.raises(psycopg.errors.RestrictViolation, match="ledger_entry: delete is refused"):
            admin.execute("DELETE FROM ledger_entry")
        admin.rollback()
        found = admin.execute("SELECT has_table_privilege('suyuan_app', 'ledger_entry', 'DELETE')").fetchone()
    assert found == (False,)


def test_a_restore_below_what_was_published_is_refused_and_says_how_to_go_on(
    farmer: Membership, tmp_path: Path, to_a_new_machine: Move
) -> None:
    farm.make_plot(farmer)
    publish()
    call("backup", tmp_path / "old")
    farm.make_plot(farmer, number="two")
    publish()

    to_a_new_machine()

    with pytest.raises(CommandError) as refused:
        call("restore", tmp_path / "old")
    assert str(refused.value) == (
        "nothing is restored. log of size 1: is below the checkpoint of size 2 that was signed before; bring back the 1"
        " entries that are missing, or end this log (docs/guides/operators.md, Restore)"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)


def test_a_short_restore_signs_nothing_at_rest_nor_grown_past_what_was_published(
    farmer: Membership, tmp_path: Path, to_a_new_machine: Move
) -> None:
    farm.make_plot(farmer)
    publish()
    call("backup", tmp_path / "old")
    farm.make_plot(farmer, number="two")
    publish()
    to_a_new_machine()

    assert "nothing will be signed. log of size 1" in call("restore", tmp_path / "old", "--short")

    with pytest.raises(publisher.PublishError, match="log of size 1: is below the checkpoint of size 2"):
        publisher.publish_once(at=farm.NOW)
    # Others' events in the place of the one that is missing: as many as were published, and another history.
    for number in ("a", "b"):
        farm.make_plot(Membership.objects.get(pk=farmer.pk), number=number)
    integrate_once()
    with pytest.raises(publisher.PublishError, match="does not lead to the root of"):
        publisher.publish_once(at=farm.NOW)
    assert SignedCheckpoint.objects.count() == 1


def test_what_the_public_folder_holds_counts_where_the_memory_beside_the_key_is_gone(
    farmer: Membership, tmp_path: Path, settings: Settings
) -> None:
    settings.PUBLISHING_STEPS = ["traceability.services.tiles.TileStep"]
    settings.STORAGES |= {
        "public": {
            "BACKEND": "traceability.attachment_storage.WholeFiles",
            "OPTIONS": {"location": tmp_path / "public"},
        }
    }
    farm.make_plot(farmer)
    backup = backups.back_up(folder=tmp_path / "old", at=farm.NOW)
    publish()
    Path(settings.LOG_KEY_FILE).with_suffix(".checkpoint").unlink()

    assert backups.shortfall(backup).startswith("log of size 0: is below the checkpoint of size 1")


def test_a_dump_that_changed_is_not_restored(farmer: Membership, tmp_path: Path, to_a_new_machine: Move) -> None:
    farm.make_plot(farmer)
    publish()
    call("backup", tmp_path / "one")
    dump = tmp_path / "one" / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-1] + b"?")
    to_a_new_machine()

    with pytest.raises(CommandError, match="is not the file that the backup was made with"):
        call("restore", tmp_path / "one")


def test_a_backup_of_another_log_is_not_restored(tmp_path: Path, settings: Settings) -> None:
    call("backup", tmp_path / "one")
    settings.LOG_ORIGIN = "other.example/log1"

    with pytest.raises(CommandError, match=r"this is suyuan/backup/v1 of other\.example/log1"):
        call("restore", tmp_path / "one")


def test_nothing_is_restored_over_what_is_there(tmp_path: Path) -> None:
    call("backup", tmp_path / "one")

    with pytest.raises(CommandError, match="is not empty; a backup is restored into a new one"):
        call("restore", tmp_path / "one")


def test_a_backup_that_was_cut_short_is_none(tmp_path: Path) -> None:
    call("backup", tmp_path / "one")
    (tmp_path / "one" / "backup.json").unlink()

    with pytest.raises(CommandError, match="holds no whole backup"):
        call("restore", tmp_path / "one")
    with pytest.raises(CommandError, match="each backup has a folder of its own"):
        call("backup", tmp_path / "one")


def test_files_are_copied_once(tmp_path: Path) -> None:
    storages["attachments"].save("ab/abcd", ContentFile(b"a photo"))

    first = json.loads(call("backup", tmp_path / "one", "--json", "--files", tmp_path / "files"))
    second = json.loads(call("backup", tmp_path / "two", "--json", "--files", tmp_path / "files"))

    assert (first["files_copied"], second["files_copied"]) == (1, 0)
    assert (tmp_path / "files" / "ab" / "abcd").read_bytes() == b"a photo"


def test_a_missing_program_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    with pytest.raises(postgres_tools.ToolError, match="pg_dump: not found; PG_BIN names the folder"):
        postgres_tools.run("pg_dump", "--version")


def test_a_program_that_fails_says_why() -> None:
    with pytest.raises(postgres_tools.ToolError, match=r"pg_dump: .*unrecognized option"):
        postgres_tools.run("pg_dump", "--no-such-option")
