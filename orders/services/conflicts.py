"""What was sent again under a known id: the same, or something else, and then what of it differs."""

from collections.abc import Iterator, Mapping

from orders.errors import OrderConflictError
from traceability.errors import RefusedError, child
from traceability.queries import history
from traceability.services.entries import Entry, members


def check_same(first: Mapping[str, object], now: Mapping[str, object]) -> None:
    """Check that what is sent under an id says what was sent first. Raises OrderConflictError."""
    if any(_differing(first, now, "")):
        raise conflict(first, now)


def repeated(name: str, entity: str, entry: Entry, **said: object) -> bool:
    """Tell whether just this was recorded under an entry's id before; of what was erased since nothing differs.

    `said` are members of the event, in the open or private, called as the sender calls them. Raises OrderConflictError
    where the id stands for something else.
    """
    if not entry.is_known:
        return False
    found = (one for one in history.of(entity) if one.id == entry.id and one.leaf.type == name)
    first = next(found, None)
    if first is None:
        raise OrderConflictError("/id", "id_of_something_else")
    now, known = members(**said), {**first.leaf.body, **first.private}
    asked = said.keys() - (first.leaf.commit.keys() - first.private.keys())
    check_same({one: known.get(one) for one in asked}, {one: now.get(one) for one in asked})
    return True


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
