"""Objects and lists: which members an object has, and what a list holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from traceability.errors import EventError, child
from traceability.events.kinds import Json, Kind


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object: its name, its kind, and how pages call it.

    A fixed member says what the event is about; no correction may change it.
    """

    name: str
    kind: Kind
    label: str
    required: bool = True
    fixed: bool = False


def optional(name: str, kind: Kind, label: str) -> Member:
    """Return a member that may be absent."""
    return Member(name, kind, label, required=False)


def fixed(name: str, kind: Kind, label: str) -> Member:
    """Return a member that no correction may change."""
    return Member(name, kind, label, fixed=True)


class Members:
    """An object of these members and no others, of which `one_of` names a group where exactly one must be present.

    An `is_open` object may have others as well, within the profile of a leaf.
    """

    def __init__(self, *members: Member, one_of: tuple[str, ...] = (), is_open: bool = False) -> None:
        self.by_name: Mapping[str, Member] = {member.name: member for member in members}
        self.one_of = one_of
        self.is_open = is_open

    def check(self, value: object, pointer: str) -> None:
        """Check names, then values. Raises EventError."""
        found = as_object(value, pointer)
        for member in self.by_name.values():
            if member.required and member.name not in found:
                raise EventError(pointer, "missing_member", name=member.name)
        if self.one_of and sum(name in found for name in self.one_of) != 1:
            raise EventError(pointer, "one_of_members", names=", ".join(self.one_of))
        self.check_some(found, pointer)

    def check_some(self, found: Mapping[str, object], pointer: str) -> None:
        """Check the values that are there, whatever else is missing. Raises EventError."""
        for name, value in found.items():
            member = self.by_name.get(name)
            if member is None and not self.is_open:
                raise EventError(child(pointer, name), "unknown_member", name=name[:80])
            kind = member.kind if member else Json()
            kind.check(value, child(pointer, name))


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of one kind; an empty one must be left out."""

    kind: Kind
    most: int

    def check(self, value: object, pointer: str) -> None:
        """Check the number of items, then each. Raises EventError."""
        if not isinstance(value, list):
            raise EventError(pointer, "not_a_list")
        if not value:
            raise EventError(pointer, "too_few_items", limit=1)
        if len(value) > self.most:
            raise EventError(pointer, "too_many_items", limit=self.most)
        for position, item in enumerate(value):
            self.kind.check(item, child(pointer, position))


def as_object(value: object, pointer: str) -> Mapping[str, object]:
    """Return the value as the object that it must be, with names that are text. Raises EventError."""
    if not isinstance(value, Mapping):
        raise EventError(pointer, "not_an_object")
    for name in value:
        if not isinstance(name, str):
            raise EventError(pointer, "unknown_member", name=repr(name)[:80])
    return value
