import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts import soft_cache as module
from accounts.soft_cache import SoftCache


class Broken:
    """A cache that is down, and counts how often it was asked."""

    asked = 0

    def get(self, *_arguments: Any) -> Any:
        self.asked += 1
        raise RedisConnectionError("nobody listens")

    set = count = get


def test_what_is_kept_is_given_back() -> None:
    soft = SoftCache()
    soft.set("soft-cache", b"rice", 10)

    assert soft.get("soft-cache", b"") == b"rice"
    assert cache.get("soft-cache") == b"rice"


def test_what_is_not_kept_is_the_default() -> None:
    assert SoftCache().get("soft-cache-of-nothing", 7) == 7


def test_it_counts() -> None:
    key = f"soft-cache-count-{uuid4()}"

    assert [SoftCache().count([(key, 10), (f"{key}-other", 10)]) for _ in range(2)] == [[1, 1], [2, 2]]


def test_nobody_counts_where_the_cache_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "cache", Broken())

    assert SoftCache().count([("rice", 10), ("maize", 10)]) == [0, 0]


def test_a_cache_that_is_down_is_asked_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    soft, broken, now = SoftCache(), Broken(), [100.0]
    monkeypatch.setattr(module, "cache", broken)
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    for _ in range(3):
        soft.set("rice", 1, 10)
        assert soft.get("rice", 0) == 0
    assert broken.asked == 1

    now[0] += 10
    assert soft.get("rice", 0) == 0
    assert broken.asked == 2
