"""What was sent again under a known id: the same, or something else, and then what of it differs."""

from collections.abc import Iterator, Mapping

from orders.errors import OrderConflictError
from traceability.errors import RefusedError, child


def check_same(first: Mapping[str, object], now: Mapping[str, object]) -> None:
    """Check that what is sent under an id says what was sent first. Raises OrderConflictError."""
    if any(_differing(first, now, "")):
        raise conflict(first, now)


def conflict(
    first: Mapping[str, object], now: Mapping[str, object], *, pointer: str = "/id", rule: str = "id_used"
) -> OrderConflictError:
    """Make the error that names each member which differs, besides what stands for the whole.

    Both sides are mappings, lists and plain values, called as the sender calls them.
    """
    error = OrderConflictError(pointer, rule)
    error.others = [RefusedError(one, "differs_from_first") for one in _differing(first, now, "")]
    return error


def _differing(first: object, now: object, pointer: str) -> Iterator[str]:
    if isinstance(first, Mapping) and isinstance(now, Mapping):
        for name in sorted({*first, *now}):
            yield from _differing(first.get(name), now.get(name), child(pointer, name))
    elif isinstance(first, list) and isinstance(now, list) and len(first) == len(now):
        for place, (before, after) in enumerate(zip(first, now, strict=True)):
            yield from _differing(before, after, child(pointer, place))
    elif first != now:
        yield pointer
