"""How many things wait for a member behind each entry of the menu: one statement for all, put together once a kind."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.kept_queries import Marks, Statement
from accounts.models import Membership, Organisation, User

# What gives the rows that are counted (accounts.navigation.Entry).
Waits = Callable[[Membership], QuerySet[Any]]


def counts(waits: Sequence[Waits], membership: Membership) -> list[int]:
    """Count what each of these gives for a member."""
    if not waits:
        return []
    party = membership.organisation
    statement = _statement(tuple(waits), party.kind, party.has_powers, membership.role)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.filled([party.pk, membership.user_id, membership.pk]))
        return list(cursor.fetchone())


# By the functions themselves, and by all that they may look at besides the numbers.
@cache
def _statement(waits: tuple[Waits, ...], kind: str, has_powers: bool, role: str) -> Statement:  # noqa: FBT001
    marks = Marks()
    party = Organisation(pk=marks.number(), kind=kind, confirmed_at=timezone.now() if has_powers else None)
    member = Membership(organisation=party, user=User(pk=marks.number()), role=role, pk=marks.number())
    parts: list[str] = []
    values: list[object] = []
    for wait in waits:
        sql, asked = _count(wait(member))
        parts.append(sql)
        values += asked
    if any(isinstance(value, date) for value in values):
        raise ValueError("what waits hangs on the moment: it would be kept as it was when it was asked first")
    return Statement(f"SELECT {', '.join(parts)}", marks.places(values, all_of_them=False))


def _count(query: QuerySet[Any]) -> tuple[str, Sequence[object]]:
    try:
        sql, values = query.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", values  # noqa: S608 - Django's own statement
