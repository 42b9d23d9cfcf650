"""Everybody who has nothing to do with the farm of a test, one of each kind, and which doors open to them."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from itertools import islice, product
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.enums import OrganisationKind, Role
from accounts.models import Membership, Organisation
from tests.factories.pages import client_of
from tests.factories.parties import make_member, make_user

MATRIX = Path(__file__).with_name("matrix.csv")
READ, WRITE = "read", "write"
ADMIN = "admin:"
MEMBERS = frozenset({*(kind.lower() for kind in OrganisationKind), "pretender"})
ANYBODY = MEMBERS | {"anonymous"}
# Words of the table for sets that many rows share; `confirmed` are kinds without those that wait for the operator.
_WORDS: Mapping[str, frozenset[str]] = {
    "-": frozenset(),
    "anybody": ANYBODY,
    "members": MEMBERS,
    "confirmed": MEMBERS - {"pretender"},
}
# So many objects of one kind are enough to be found out by.
_MOST_ADDRESSES = 2
_PROGRAM = {"accept": "application/json"}
_LOGIN = "/account/login/"
_REFUSED = frozenset({401, 403, 404, 405})
_HOLES = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Row:
    """For one route: who of the strangers may read and write there."""

    route: str
    read: frozenset[str]
    write: frozenset[str]

    def allowed(self, method: str) -> frozenset[str]:
        return self.read if method == READ else self.write


@dataclass
class Stranger:
    """Somebody with a browser in which they stay logged in, whatever a page does to it."""

    name: str
    client: Client

    def is_let_in(self, method: str, url: str) -> bool:
        """Ask, and tell whether the door opened. What was written is taken back.

        Refused are who is sent to log in, and 401, 403, 404 and 405; a form that complains of what was sent has opened.
        """
        if method == READ:
            answer = self._ask(method, url)
        else:
            with transaction.atomic():
                answer = self._ask(method, url)
                transaction.set_rollback(True)
        self.client.cookies = SimpleCookie(self._kept)
        if answer.status_code in {301, 302, 303}:
            return _LOGIN not in answer.headers["Location"]
        assert answer.status_code < 500, f"{self.name} {method} {url}: {answer.status_code}"
        return answer.status_code not in _REFUSED

    def __post_init__(self) -> None:
        self._kept = SimpleCookie(self.client.cookies)

    def _ask(self, method: str, url: str) -> Any:
        # Refused as a program: the page that tells a person so costs more than the rest of the request.
        if method == READ:
            return self.client.get(url, headers=_PROGRAM)
        if url.startswith("/api/"):
            return self.client.post(url, json.dumps({}), content_type="application/json")
        return self.client.post(url, {}, headers=_PROGRAM)


def matrix() -> dict[str, Row]:
    """Read the table."""
    with MATRIX.open(encoding="utf-8", newline="") as file:
        return {
            row["route"]: Row(row["route"], _read(row["read"]), _read(row["write"])) for row in csv.DictReader(file)
        }


def _read(words: str) -> frozenset[str]:
    return frozenset().union(*(_WORDS.get(word, frozenset({word})) for word in words.split()))


def write(who: frozenset[str]) -> str:
    """Write a set as the table does."""
    return next((word for word, known in _WORDS.items() if known == who), " ".join(sorted(who)))


def routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """List names and routes of everything that the URL conf leads to."""
    for one in (resolver or get_resolver()).url_patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from routes(one, route, f"{space}{one.namespace}:" if one.namespace else space)
        elif isinstance(one, URLPattern):
            yield f"{space}{one.name}", route


def make_strangers() -> list[Stranger]:
    """Make a party of each kind that has no dealings with anybody, and one that only says what it is."""
    found: dict[str, Membership | None] = {"anonymous": None}
    for kind in OrganisationKind:
        found[kind.lower()] = make_member(kind, name=f"外人{kind.lower()}")
    pretender = Organisation.objects.create(kind=OrganisationKind.REGULATOR, name="自称监管局", confirmed_at=None)
    found["pretender"] = Membership.objects.create(user=make_user("自称"), organisation=pretender, role=Role.OWNER)
    return [Stranger(name, client_of(member)) for name, member in found.items()]


def addresses(route: str, known: Mapping[str, Sequence[object]]) -> list[str]:
    """Fill the holes of a route with what is known."""
    holes = _HOLES.findall(route)
    choices = (list(known.get(hole) or ["x"])[:_MOST_ADDRESSES] for hole in holes)
    return [_fill(route, values) for values in islice(product(*choices), _MOST_ADDRESSES)]


def _fill(route: str, values: Sequence[object]) -> str:
    url = f"/{route}"
    for value in values:
        url = _HOLES.sub(lambda _hole, value=value: str(value), url, count=1)  # type: ignore[misc]
    return url
