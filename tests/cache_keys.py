"""Keys of the cache that are each test's own: none depends on what another has counted or kept there.

A browser's or an attacker's tests come from one address, whose attempts are counted; and pages that are kept outlive a
rollback.
"""


class _Now:
    """Which test runs; a program that a test starts has a count of its own, and keeps to it."""

    number = 0


def begin_test() -> None:
    """Forget all that was kept, for this process and all its threads."""
    _Now.number += 1


def of_this_test(key: str, prefix: str, version: int) -> str:
    """Spell a key, as the setting KEY_FUNCTION wants it."""
    return f"{prefix}:{version}:{_Now.number}:{key}"
