"""A log of the test's own: keys, and what brings records into it."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from PIL import Image
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Membership
from tests import databases
from tests.factories import attachments, farm
from traceability.models import LogEntry, Season, SignedCheckpoint
from traceability.services.growth import Operation, log_growth
from traceability.services.integrator import Integrated, integrate_once
from traceability.services.publisher import publish_once


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys as `make_keys` makes them: once, for it waits until each is on the disk."""
    folder = tmp_path_factory.mktemp("made") / "keys"
    with override_settings(**_names(folder)):
        call_command("make_keys", stdout=io.StringIO())
    return folder


@pytest.fixture
def log_keys(made_keys: Path, tmp_path: Path, settings: Settings) -> None:
    """Files of the test's own: a log's memory of what it signed lies beside its key, and outlives the database."""
    folder = shutil.copytree(made_keys, tmp_path / "keys")
    for name, path in _names(folder).items():
        setattr(settings, name, path)


@pytest.fixture(scope="module")
def shared_log(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    made_keys: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """A log that all tests of a module share, where each leaves it as it was: what is committed goes after the last."""
    folder = shutil.copytree(made_keys, tmp_path_factory.mktemp("shared") / "keys")
    with override_settings(**_names(folder)), django_db_blocker.unblock():
        before = attachments.kept()
        yield
        connections.close_all()
        databases.empty()
        attachments.remove(attachments.kept() - before)


def _names(folder: Path) -> dict[str, Path]:
    files = {"LOG_KEY_FILE": "log.key", "VAULT_KEY_FILE": "vault.keys", "SCORE_KEY_FILE": "score.key"}
    return {name: folder / file for name, file in files.items()}


def integrate() -> Integrated:
    return integrate_once()


def publish() -> SignedCheckpoint:
    """Bring all that waits into the log, and sign it."""
    integrate_once()
    published = publish_once(at=farm.NOW)
    assert published
    return published


def add_photo(season: Season, *, by: Membership) -> str:
    """Log a photo of a field, and give the hash of its file."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (40, 120, 60)).save(file, "JPEG")
    made = farm.entry(farm.AUTUMN)
    log_growth(
        season=season,
        entry=made,
        operation=Operation(name="photographed", photos=[file.getvalue()]),
        membership=by,
        at=farm.NOW,
    )
    integrate_once()
    leaf = bytes(LogEntry.objects.get(record_id=made.id).leaf)
    return str(leaf).partition('"sha256":"')[2][:64]


def origin() -> str:
    return str(live_settings.LOG_ORIGIN)
