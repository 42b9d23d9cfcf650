import os
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.soft_cache import soft_cache
from tests import cache_keys, databases
from tests.factories import attachments
from traceability import vault
from traceability.services import chain_rows

# How long an example takes says more about the machine than about the code.
hypothesis_settings.register_profile("suyuan", deadline=None)
hypothesis_settings.load_profile("suyuan")

# Their tests wait more than they reckon: for a browser, for Node, for programs that start.
WAITING = ("tests/browser/", "tests/faults/", "tests/scripts/")

pytest_plugins = [
    "tests.factories.cast",
    "tests.factories.credit",
    "tests.factories.limits",
    "tests.factories.log",
    "tests.factories.witnesses",
]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Number bytes instead of spelling them: the workers of a parallel run must give each test one name."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that wait or last long: the quick ones fill the time beside them and after.

    Within both halves the order stays chance's.
    """
    first = {item.path for item in items if item.nodeid.startswith(WAITING) or item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in first)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    # Tests that really commit empty the tables as the superuser: the product's role has no right to.
    TransactionTestCase._fixture_teardown = lambda _self: databases.empty()  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        databases.prepare(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    vault.make_key(settings.VAULT_KEY_FILE)


@pytest.fixture(autouse=True)
def backlog_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test depend on how long ago another one asked how much waits for the log."""
    monkeypatch.setattr(chain_rows._Backlog, "seconds", 0.0)
    monkeypatch.setattr(chain_rows._Backlog, "ask_again", 0.0)


@pytest.fixture(autouse=True)
def cache_of_one_test() -> None:
    """Let no test depend on what another one counted or kept."""
    cache_keys.begin_test()


@pytest.fixture(autouse=True)
def cache_asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test go without the cache because an earlier one found it down."""
    monkeypatch.setattr(soft_cache, "_resting_until", 0.0)


@pytest.fixture(autouse=True)
def attachments_of_one_test() -> Iterator[None]:
    """Leave no file behind: one test damages a photo that the next would find under the same hash.

    What was there before belongs to a world that a module's tests share; it goes with that world.
    """
    before = attachments.kept()
    yield
    attachments.remove(attachments.kept() - before)
