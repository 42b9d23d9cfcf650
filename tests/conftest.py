import os
from collections.abc import Iterator

import pytest
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests import databases


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    # Tests that really commit empty the tables as the superuser: the product's role has no right to.
    TransactionTestCase._fixture_teardown = lambda _self: databases.empty()  # type: ignore[method-assign]
    with django_db_blocker.unblock():
        databases.prepare(os.environ.get("PYTEST_XDIST_WORKER", "main"))
    yield
