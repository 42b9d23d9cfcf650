"""An older database with records in it, brought to this release: the log is the same, and goes on."""

import os
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql
from pytest_django import Settings

from accounts.models import Membership
from scripts import engines
from tests import databases
from tests.engines import ADMIN
from tests.factories import farm, stories
from tests.factories.log import publish
from traceability.models import LogState, Lot, Receipt
from traceability.queries import proofs
from traceability.services import fsck

# The last state that somebody may run: with a release, its own last migrations take the place of these.
RELEASED: list[tuple[str, str | None]] = [
    ("finance", "0004_clients_and_certificates"),
    ("orders", None),
    ("traceability", "0013_recalls_and_notices"),
    ("accounts", "0004_company_prefixes"),
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.usefixtures("log_keys"),
]


@pytest.fixture
def copied(settings: Settings) -> Iterator[Callable[[], None]]:
    """Put a copy in the place of the test's own database, with all that it holds then; the own one comes back."""
    own = str(settings.DATABASES["default"]["NAME"])
    copy = f"{own}_older"

    def make() -> None:
        databases.use(copy)
        # Threads that served a browser in an earlier test may have left a session open; a template has none.
        databases.disconnect(own)
        ask("CREATE DATABASE {} TEMPLATE {} OWNER {}", copy, own, engines.OWNER)

    yield make
    databases.use(own)
    databases.drop(copy)


def ask(statement: str, *names: str) -> None:
    with psycopg.connect(os.environ[ADMIN], autocommit=True) as admin:
        admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def test_the_log_of_an_older_release_is_the_same_afterwards_and_goes_on(copied: Callable[[], None]) -> None:
    story = stories.rice()
    size = publish().size
    root, lots, receipts = proofs.root(size), Lot.objects.count(), Receipt.objects.count()
    copied()
    # What the newer release added goes: so the older one had left it.
    MigrationExecutor(connections["owner"]).migrate(RELEASED)
    assert "secret_sha256" not in columns("traceability_feedback")

    call_command("migrate", database="owner", verbosity=0, interactive=False)

    assert "secret_sha256" in columns("traceability_feedback")
    assert (LogState.objects.get().size, proofs.root(size)) == (size, root)
    assert (Lot.objects.count(), Receipt.objects.count()) == (lots, receipts)
    assert list(fsck.Fsck().faults()) == []
    farm.make_plot(Membership.objects.get(pk=story.farmer.pk), number="after the upgrade")
    assert publish().size == size + 1


def columns(table: str) -> list[str]:
    with connections["owner"].cursor() as cursor:
        return [one.name for one in connections["owner"].introspection.get_table_description(cursor, table)]
