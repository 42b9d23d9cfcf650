from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache, caches
from redis.client import Pipeline

from accounts.counting_cache import CountingCache


def test_it_counts_from_one_and_forgets_in_time() -> None:
    key = f"count-{uuid4()}"

    assert [counting().count([(key, 30)]) for _ in range(3)] == [[1], [2], [3]]
    assert cache.get(key) == 3
    assert counting().count([(f"count-{uuid4()}", 30), (key, 30)]) == [1, 4]
    name = counting().make_and_validate_key(key)
    assert 0 < counting()._cache.get_client(name).ttl(name) <= 30


def test_it_asks_the_server_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    execute = Pipeline.execute

    def watched(self: Any, *args: Any, **named: Any) -> Any:
        asked.append(len(self.command_stack))
        return execute(self, *args, **named)

    monkeypatch.setattr(Pipeline, "execute", watched)

    counting().count([(f"count-{uuid4()}", 30), (f"count-{uuid4()}", 60)])

    assert asked == [4]


def counting() -> CountingCache:
    found = caches["default"]
    assert isinstance(found, CountingCache)
    return found
