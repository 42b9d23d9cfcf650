from dataclasses import dataclass, field
from enum import Enum

from traceability.events.members import Members


class Place(Enum):
    """Where in an entity's history an event may stand."""

    FIRST = "first"
    LATER = "later"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One registered type of event.

    `entities` are the prefixes of the entities that it may stand on. `body` is what everybody may read for ever;
    `private` is what only its commitment tells: personal data, trade secrets, free text, in which people write both.
    A member of the body named in `explained_by` must, where it is true, come with that private member. A correction
    names in `corrects` the types that it may correct; its private members are theirs, and an explanation.
    """

    name: str
    label: str
    entities: tuple[str, ...]
    place: Place = Place.LATER
    body: Members = field(default_factory=Members)
    private: Members = field(default_factory=Members)
    explained_by: tuple[tuple[str, str], ...] = ()
    corrects: tuple[str, ...] = ()
