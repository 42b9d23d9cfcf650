"""How many statements a request takes."""

from collections.abc import Callable
from typing import Any

from django.db import connection


def statements(act: Callable[[], Any], *, status: int = 200) -> int:
    """Act, which must be answered with this status, and count the statements: the chain's own, too."""
    asked: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        asked.append(sql)
        return execute(sql, *rest)

    # The chain's own statements are seen here, and pass by what Django captures.
    with connection.execute_wrapper(count):
        answer = act()
    assert answer.status_code == status, answer.content[:500]
    return len(asked)
