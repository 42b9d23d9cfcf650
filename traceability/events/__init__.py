"""The registered types of events and the schema of each: what the log may be told."""

from traceability.errors import EventError
from traceability.events.checks import EVENT_TYPES, check_body, check_event, check_place, event_type, register
from traceability.events.code_labels import CODE_LABELS, code_label, register_labels
from traceability.events.event_type import EventType, Place
from traceability.events.members import ListOf, Member, Members

__all__ = [
    "CODE_LABELS",
    "EVENT_TYPES",
    "EventError",
    "EventType",
    "ListOf",
    "Member",
    "Members",
    "Place",
    "check_body",
    "check_event",
    "check_place",
    "code_label",
    "event_type",
    "register",
    "register_labels",
]
