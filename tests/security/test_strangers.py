"""Every route of the product, tried by everybody who has nothing to do with what its address names.

`matrix.csv` says for each route who of the strangers may read and write there at the most; a route without a line
fails (tests/architecture/test_matrix.py). With `STRANGERS=all` all eleven are asked, those who may as well, and the
lines that do not fit are shown as they are now: judge each before it goes into the table. `STRANGERS_ROUTES=^credit:`
asks about some routes only.
"""

import logging
import os
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus

import pytest
from pytest_django import Settings

from accounts.models import Membership
from tests.browser.every_page import furnish, known
from tests.factories import stories
from tests.factories.log import publish
from tests.security.strangers import ADMIN, READ, WRITE, Row, Stranger, addresses, make_strangers, matrix, routes, write

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# All eleven by choice, `STRANGERS=all`; else those that differ most in what they may do.
EVERYBODY = os.environ.get("STRANGERS") == "all"
ROUTES = re.compile(os.environ.get("STRANGERS_ROUTES", ""))
USUAL = frozenset({"anonymous", "bank", "household", "operator", "pretender", "regulator"})


@pytest.fixture
def strangers(settings: Settings) -> Iterator[list[Stranger]]:
    settings.DEMO = True
    # Who asks stands in the cookie: thousands of requests need not look it up.
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    # Thousands of lines that say of each request that it was refused.
    logging.disable(logging.CRITICAL)
    yield [one for one in make_strangers() if EVERYBODY or one.name in USUAL]
    logging.disable(logging.NOTSET)


@pytest.fixture
def world(operator: Membership, log_keys: None) -> None:
    """Something behind every door."""
    furnish(stories.rice(), operator)
    publish()


@pytest.mark.usefixtures("world")
def test_no_stranger_comes_through_any_door_that_the_table_keeps_shut(strangers: list[Stranger]) -> None:
    rows, values = matrix(), known()
    wrong = [
        fault
        for name, route in routes()
        if not name.startswith(ADMIN) and ROUTES.search(name)
        for fault in _faults(rows.get(name, Row(name, frozenset(), frozenset())), strangers, addresses(route, values))
    ]

    assert "\n".join(wrong) == ""


def test_the_administration_is_for_nobody_but_staff(strangers: list[Stranger]) -> None:
    few = [one for one in strangers if one.name in {"anonymous", "operator", "household"}]
    urls = [url for name, route in routes() if name.startswith(ADMIN) for url in addresses(route, {"object_id": ["1"]})]

    # What leads on to another address or to the log-in shows nothing.
    opened = {url for url in urls for one in few if one.client.get(url).status_code == HTTPStatus.OK}

    assert opened == set()


def _faults(row: Row, strangers: Sequence[Stranger], urls: Sequence[str]) -> Iterator[str]:
    asked = frozenset(one.name for one in strangers)
    found = {method: _let_in(strangers, method, urls, row.allowed(method)) for method in (READ, WRITE)}
    if EVERYBODY and found != {READ: row.read, WRITE: row.write}:
        yield f"{row.route},{write(found[READ])},{write(found[WRITE])}"
    elif any((found[method] & asked) - row.allowed(method) for method in found):
        yield f"{row.route}: more are let in than the table says: {found[READ]} {found[WRITE]}"


def _let_in(strangers: Sequence[Stranger], method: str, urls: Sequence[str], allowed: frozenset[str]) -> frozenset[str]:
    """Tell who comes in. Usually only those are asked who may not: an open page costs more than a shut door."""
    asked = strangers if EVERYBODY else [one for one in strangers if one.name not in allowed and _tells(one, allowed)]
    return frozenset(one.name for one in asked if any(one.is_let_in(method, url) for url in _tried(one, urls)))


def _tells(one: Stranger, allowed: frozenset[str]) -> bool:
    # Whoever only says that it is a regulator finds out nothing where regulators themselves are shut out.
    return one.name != "pretender" or "regulator" in allowed


def _tried(one: Stranger, urls: Sequence[str]) -> Sequence[str]:
    # Nobody without a log-in comes so far that it matters which object it is.
    return urls[:1] if one.name == "anonymous" and not EVERYBODY else urls
