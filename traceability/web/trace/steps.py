"""The timeline of a story: events that tell of the same thing are one step, with the records that show it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import inf

from django.utils.translation import gettext as _

from traceability.decimals import read_decimal
from traceability.events import event_type
from traceability.events.lots import SAID_ONLY
from traceability.projections.projection import Recorded
from traceability.projections.standing import Standing, day_of
from traceability.queries.trace import Story
from traceability.web.trace.parties import vouched_by, voucher_of
from traceability.web.trace.sayings import Saying, label_of, saying_of
from traceability.web.trace.text import day, full_day, plain

# Entity and number of an event.
Place = tuple[str, int]

# What says the same of another entity: shown in the step of the event that it points at, if the story has that one.
_FOLLOWERS = {
    "season.harvested": "lot",
    "lot.processed": "process",
    "lot.consumed": "process",
    "item.linked": "event",
    "transformation.joined": "event",
}
# Of no interest to who eats the rice, and records all the same.
_BACKGROUND = frozenset(
    {
        "key.add",
        "key.revoke",
        "key.rotate",
        "personal.erased",
        "attachment.withheld",
        "item.named",
        "lot.shipment_voided",
        "lot.stored",
        "lot.counted",
    }
)


@dataclass(frozen=True, slots=True)
class RecordMark:
    """One record, where the reader's browser puts its verdict. `number` counts the log from 1; None while it waits."""

    id: str
    place: str
    type: str
    number: int | None

    @property
    def label(self) -> str:
        """How pages call the type of the record."""
        return label_of(self.type)


@dataclass(kw_only=True)
class Step:
    """One thing that happened: when, what, who vouches for it, what was corrected, and the records.

    Put into words when somebody reads it: of a long story the page shows both ends.
    """

    day: date
    standing: Standing
    story: Story
    year: int | None
    records: list[RecordMark] = field(default_factory=list)
    # The events that tell of it, each as it stands.
    shown: list[Standing] = field(default_factory=list)

    @property
    def day_text(self) -> str:
        """The day, without the year that the page names once."""
        return day(self.day, year=self.year)

    @cached_property
    def saying(self) -> Saying:
        """What was done, in words."""
        return saying_of(self.standing, self.story)

    @property
    def vouched(self) -> str:
        """Who says so, and how the log knows."""
        return vouched_by(self.standing.event.leaf, self.story)

    @property
    def by(self) -> str:
        """The kind of who vouches, one of parties.VOUCHERS."""
        return voucher_of(self.standing.event.leaf, self.story)

    @property
    def withdrawn(self) -> bool:
        """Whether it was taken back."""
        return self.standing.withdrawn

    @cached_property
    def changes(self) -> list[str]:
        """What was corrected, in words."""
        return [text for one in self.shown for text in _changes(one)]

    @property
    def waits(self) -> bool:
        """Whether a record of it is in no signed checkpoint yet."""
        return any(record.number is None for record in self.records)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps in the order of their days, and the records that belong to none of them."""

    steps: Sequence[Step]
    others: Sequence[RecordMark]


def timeline_of(story: Story) -> Timeline:
    """Put a story into steps."""
    standings = story.standings()
    year = year_of(story)
    steps: dict[Place, Step] = {}
    others: list[RecordMark] = []
    for one in standings:
        if one.type not in _BACKGROUND and not _follows(one):
            steps[_place(one.event)] = _step(one, story, year)
    for one in standings:
        step = steps.get(_shown_at(one))
        marks = [_mark(event, story) for event in (one.event, *one.corrections)]
        if step:
            step.records += marks
            step.shown.append(one)
        else:
            others += marks
    for step in steps.values():
        step.records.sort(key=lambda mark: (mark.number is None, mark.number))
    return Timeline(sorted(steps.values(), key=_moment), others)


def _moment(step: Step) -> tuple[date, float]:
    # Of one day: as the log has them.
    return step.day, min((mark.number for mark in step.records if mark.number is not None), default=inf)


def _place(event: Recorded) -> Place:
    return event.leaf.entity, event.leaf.eseq


def _follows(one: Standing) -> bool:
    # The event of a party that did not have the item in hand is not part of its story; that it was said is.
    return one.type in _FOLLOWERS and not one.body.get(SAID_ONLY)


def _shown_at(one: Standing) -> Place:
    if not _follows(one):
        return _place(one.event)
    named = one.body[_FOLLOWERS[one.type]]
    # A lot begins with the event that made it.
    return (named, 0) if isinstance(named, str) else (named["entity"], named["eseq"])


def year_of(story: Story) -> int | None:
    """Give the year that the page names once: days of other years name theirs."""
    if story.lot.produced_on:
        return story.lot.produced_on.year
    return max((day_of(event).year for event in story.events), default=None)


def _step(one: Standing, story: Story, year: int | None) -> Step:
    return Step(day=one.day if "date" in one.body else day_of(one.event), standing=one, story=story, year=year)


def _mark(event: Recorded, story: Story) -> RecordMark:
    leaf = event.leaf
    index = story.published.get(leaf.id)
    number = None if index is None else index + 1
    return RecordMark(leaf.id, f"{leaf.entity}#{leaf.eseq}", leaf.type, number)


def _changes(one: Standing) -> Iterator[str]:
    before = dict(one.event.leaf.body)
    for correction in one.corrections:
        body = correction.leaf.body
        on = full_day(day_of(correction))
        if body.get("withdrawn"):
            yield _("Withdrawn on %(day)s") % {"day": on}
        for name, value in body.get("changes", {}).items():
            # What was typed in the farmer's own unit says the same as the kilograms or the mu beside it.
            if name == "typed":
                continue
            yield _("Corrected on %(day)s: %(member)s %(before)s → %(after)s") % {
                "day": on,
                "member": _member_label(one.type, name),
                "before": _value_text(before.get(name)),
                "after": _value_text(value),
            }
            before[name] = value


def _member_label(kind: str, name: str) -> str:
    member = event_type(kind).body.by_name.get(name)
    return _(member.label) if member else name


def _value_text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        # As people say it; what is stored has its members in the order of their names.
        parts = [value[name] for name in ("value", "unit") if name in value] or value.values()
        return " ".join(_value_text(part) for part in parts)
    if isinstance(value, str):
        try:
            return plain(read_decimal(value))
        except ValueError:
            return value
    return _list_text(value) if isinstance(value, list) else str(value)


def _list_text(values: Iterable[object]) -> str:
    return "; ".join(map(_value_text, values))
