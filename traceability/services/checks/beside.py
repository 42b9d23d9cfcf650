"""Checks of apps that stand above this one: of their rows that no projection gives."""

from collections.abc import Callable, Iterator

from traceability.services.checks.fault import Fault

Check = Callable[[], Iterator[Fault]]
_registered: list[Check] = []


def register(check: Check) -> None:
    """Let a check run with every verification of everything; twice the same is once."""
    if check not in _registered:
        _registered.append(check)


def check_beside() -> Iterator[Fault]:
    """Run what other apps registered."""
    for check in _registered:
        yield from check()
