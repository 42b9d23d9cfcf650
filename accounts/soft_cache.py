"""The cache for what can be done without it: where it is down it knows nothing, and is left alone for a while."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar, cast

from django.core.cache import cache
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from accounts.counting_cache import CountingCache

# A cache that hangs takes a second to fail; nobody but the first in this time waits for it.
_REST_SECONDS = 10.0
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class SoftCache:
    """Never raises where the cache is down."""

    def __init__(self) -> None:
        self._resting_until = 0.0

    def get(self, key: str, default: _T) -> _T:
        """Give what is kept under a key, or the default."""
        return self._ask(lambda: cache.get(key, default), default)

    def set(self, key: str, value: object, timeout: float) -> None:
        """Keep a value for so many seconds, if that can be done."""
        self._ask(lambda: cache.set(key, value, timeout), None)

    def count(self, keys: Sequence[tuple[str, int]]) -> list[int]:
        """Count one more under each key for so many seconds, and give the sums; 0 where nobody counts."""
        return self._ask(lambda: cast("CountingCache", cache).count(keys), [0] * len(keys))

    def _ask(self, question: Callable[[], _T], otherwise: _T) -> _T:
        if time.monotonic() < self._resting_until:
            return otherwise
        try:
            return question()
        except (RedisError, OSError) as error:
            self._resting_until = time.monotonic() + _REST_SECONDS
            _log.warning("cache: %s; done without it for %d s", type(error).__name__, _REST_SECONDS)
            return otherwise


soft_cache = SoftCache()
