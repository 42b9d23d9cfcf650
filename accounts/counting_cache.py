"""The cache of the platform: Django's for Redis, which can count, too."""

from collections.abc import Sequence
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class _Client(RedisCacheClient):
    """Keeps its clients: Django makes one for each question, which takes as long as to ask it."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Give the client for reading or writing, which may be shared: each question takes a connection of its pool."""
        if write not in self._kept:
            self._kept[write] = super().get_client(key, write=write)
        return self._kept[write]


class CountingCache(RedisCache):
    """Counts in one round trip. Django's own `incr` takes two for each key, and knows no count that begins."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def count(self, keys: Sequence[tuple[str, int]]) -> list[int]:
        """Count one more under each key, which is forgotten so many seconds after the last, and give the sums."""
        pipeline = self._cache.get_client(None, write=True).pipeline(transaction=False)
        for key, seconds in keys:
            name = self.make_and_validate_key(key)
            pipeline.incr(name)
            pipeline.expire(name, seconds)
        return [int(one) for one in pipeline.execute()[::2]]
