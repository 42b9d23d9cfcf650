"""What machines send in these tests, and what they are told."""

from typing import Any
from uuid import uuid4

from tests.factories import farm
from traceability.standards.days import CHINA


def said(**values: object) -> dict[str, Any]:
    """Make a record of its own, said now."""
    return {"id": str(uuid4()), "time": farm.NOW.astimezone(CHINA).isoformat(), **values}


def rules(answer: Any) -> list[tuple[str, str]]:
    """List where and by which rule a request was refused."""
    return [(one["pointer"], one["rule"]) for one in answer.json()["errors"]]


def found(answer: Any) -> list[Any]:
    """Give the first page of a list."""
    assert answer.status_code == 200, answer.content
    page: list[Any] = answer.json()["results"]
    return page
