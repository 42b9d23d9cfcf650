"""From the bytes of an EPCIS 2.0 document (JSON, JSON-LD) to its events, and back, with nothing lost."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import orjson

from traceability.epcis.errors import DocumentError, join
from traceability.epcis.numbers import Number

DEFAULT_LIMIT = 1024 * 1024
MAX_DEPTH = 32
EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_EVENT_LISTS = {
    "EPCISDocument": ("epcisBody", "eventList"),
    "EPCISQueryDocument": ("epcisBody", "queryResults", "resultsBody", "eventList"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event of a document.

    `value` is the event's own JSON as it was sent, its numbers as Number; `pointer` says where it stood. `inherited`
    are the JSON-LD contexts of the document around it. `ignored` names members that its sender wants left out of the
    event hash.
    """

    value: Mapping[str, Any]
    pointer: str = ""
    inherited: tuple[Any, ...] = ()
    ignored: frozenset[str] = frozenset()

    @property
    def type(self) -> str:
        """Name of the event type, as sent; empty where it is missing."""
        return _text(self.value.get("type"))

    @property
    def event_id(self) -> str:
        """The eventID, as sent; empty where it is missing."""
        return _text(self.value.get("eventID"))

    @property
    def contexts(self) -> tuple[Any, ...]:
        """JSON-LD contexts that hold for the event: its own adds to the document's (JSON-LD 1.1, 4.1)."""
        return self.inherited + _contexts(self.value.get("@context"))

    def at(self, *steps: str | int) -> str:
        """Point at a member of this event."""
        return join(self.pointer, *steps)

    def json(self) -> bytes:
        """Write the event as a document of its own: every member, every digit, and the contexts that held for it."""
        if not self.inherited:
            return write(self.value)
        # The context leads, as readers that expand member by member expect it.
        members = {name: value for name, value in self.value.items() if name != "@context"}
        return write({"@context": list(self.contexts), **members})


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document as read: its type, its whole value, and its events in their order."""

    type: str
    value: Mapping[str, Any]
    events: tuple[Event, ...] = field(repr=False)


def read(data: bytes, *, limit: int = DEFAULT_LIMIT) -> Document:
    """Read an EPCISDocument, an EPCISQueryDocument or one bare event.

    Whether the events keep to the schema is not looked at: `validation` does that. Raises DocumentError for more bytes
    than the limit, for anything but UTF-8 (a leading byte order mark is passed over: published samples have one), for
    JSON that two readers could read differently, and for a document without events.
    """
    value = parse(data, limit=limit)
    if not isinstance(value, dict):
        raise DocumentError("", "unknown_document_type")
    kind = _text(value.get("type"))
    if kind in _EVENT_LISTS:
        return Document(type=kind, value=value, events=_listed(value, _EVENT_LISTS[kind]))
    if kind in EVENT_TYPES:
        return Document(type=kind, value=value, events=(Event(value=value),))
    raise DocumentError("/type", "unknown_document_type")


def parse(data: bytes, *, limit: int = DEFAULT_LIMIT) -> Any:
    """Read JSON strictly, keeping the digits of its numbers. Raises DocumentError, which points at the fault."""
    if len(data) > limit:
        raise DocumentError("", "too_many_bytes", size=len(data), limit=limit)
    try:
        text = data.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError("", "not_utf8", position=error.start) from error
    reader = _Reader()
    try:
        value = reader.decode(text)
    except json.JSONDecodeError as error:
        raise DocumentError("", "not_json_at", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise DocumentError("", "too_deep", limit=MAX_DEPTH) from error
    _check_depth(value)
    if "\\u" in text:
        _check_characters(value)
    if reader.faults:
        _raise_first_fault(value)
    return value


def write(value: Any) -> bytes:
    """Write a value that `parse` gave, each number by its own digits."""
    return orjson.dumps(value, default=_written_number)


def _written_number(value: object) -> orjson.Fragment:
    if isinstance(value, Number):
        return orjson.Fragment(value.text)
    raise TypeError(f"{type(value).__name__} is not JSON")


class _Fault:
    """Stands in the tree where something is wrong, until its place is known."""

    def __init__(self, rule: str, **params: str) -> None:
        self.rule = rule
        self.params = params


class _Reader:
    """A JSON decoder that notes what it meets and must not take; hooks are not told where in the document they are."""

    def __init__(self) -> None:
        self.faults = 0
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._number,
            parse_float=self._number,
            parse_constant=self._constant,
        )
        self.decode = decoder.decode

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            seen: set[str] = set()
            for name, _value in pairs:
                if name in seen:
                    members[name] = self._fault("repeated_name", name=name[:80])
                seen.add(name)
        return members

    def _number(self, text: str) -> Any:
        try:
            return Number(text)
        except (ValueError, ArithmeticError):
            return self._fault("number_out_of_range", text=text[:24])

    def _constant(self, text: str) -> _Fault:
        return self._fault("not_json_number", text=text)

    def _fault(self, rule: str, **params: str) -> _Fault:
        self.faults += 1
        return _Fault(rule, **params)


def _raise_first_fault(value: Any) -> NoReturn:
    # A fault is lost only where a later member of the same name took its place, and then that is one.
    pointer, fault = next(found for found in _walk(value) if isinstance(found[1], _Fault))
    raise DocumentError(pointer, fault.rule, **fault.params)


def _walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    yield pointer, value
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _walk(member, join(pointer, name))
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from _walk(member, join(pointer, position))


def _check_depth(value: Any) -> None:
    # Level by level and not by recursion: the sender chooses the depth.
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [member for parent in level for member in _members(parent) if type(member) in {dict, list}]
        if not level:
            return
    raise DocumentError("", "too_deep", limit=MAX_DEPTH)


def _members(value: Any) -> Iterable[Any]:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()


def _check_characters(value: Any) -> None:
    for place, found in _walk(value):
        names = found if isinstance(found, dict) else (found,)
        if any(isinstance(name, str) and _LONE_SURROGATE.search(name) for name in names):
            raise DocumentError(_LONE_SURROGATE.sub("�", place), "lone_surrogate")


def _listed(value: Mapping[str, Any], path: Sequence[str]) -> tuple[Event, ...]:
    found: Any = value
    pointer = ""
    for step in path:
        pointer = join(pointer, step)
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise DocumentError(pointer, "no_event_list")
    inherited = _contexts(value.get("@context"))
    ignored = _ignored_members(value)
    events = []
    for position, event in enumerate(found):
        if not isinstance(event, dict):
            raise DocumentError(join(pointer, position), "not_an_object")
        events.append(Event(value=event, pointer=join(pointer, position), inherited=inherited, ignored=ignored))
    return tuple(events)


def _contexts(context: Any) -> tuple[Any, ...]:
    if context is None:
        return ()
    return tuple(context) if isinstance(context, list) else (context,)


def _ignored_members(value: Mapping[str, Any]) -> frozenset[str]:
    # A repository may name members of its own that are no part of what was captured.
    body = value.get("epcisBody")
    results = body.get("queryResults") if isinstance(body, dict) else None
    names: set[str] = set()
    for name, listed in results.items() if isinstance(results, dict) else ():
        if name.endswith(":ignoreFields") and isinstance(listed, list):
            names.update(one for one in listed if isinstance(one, str))
    return frozenset(names)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
