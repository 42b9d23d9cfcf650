"""What may be used once: ids of proofs and of assertions, remembered for as long as they would count."""

import hashlib

from django.core.cache import cache


def use_once(kind: str, owner: str, name: str, *, seconds: int) -> bool:
    """Take an id, and say whether nobody took it before. Raises RedisError while the cache is away.

    Shared by all web processes. Without the cache nobody can tell a replay, so the error refuses.
    """
    # Hashed: an id is the client's text, of any length and any characters.
    digest = hashlib.sha256(f"{owner}\n{name}".encode()).hexdigest()
    return cache.add(f"once:{kind}:{digest}", 1, timeout=seconds)
