"""What was told up to a moment, as it stands after its corrections, and which of it somebody else vouches for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from traceability.ledger.leaf import Leaf
from traceability.ledger.scores.errors import InputError

# Told within two days, as a farm without network can.
LAG = timedelta(hours=48)
# A phone's clock may be a little fast.
CLOCK = timedelta(minutes=10)
_CHINA = timedelta(hours=8)

# Work that changes the crop. What is only looked at, photographed or tidied up can be told as often as one likes.
FIELD_WORK = frozenset(
    {
        "growth.sown",
        "growth.transplanted",
        "growth.irrigated",
        "growth.fertilised",
        "growth.sprayed",
        "season.harvested",
    }
)
_BUYERS = frozenset({"PROCESSOR", "COOPERATIVE", "MARKETPLACE"})
# Who must say it for it to count as another's word, by type of event.
SECOND_PARTIES: Mapping[str, frozenset[str]] = {
    "test.reported": frozenset({"LABORATORY"}),
    "lot.received": _BUYERS,
    "order.placed": _BUYERS,
    "order.deposit_paid": _BUYERS,
    "allocation.delivered": _BUYERS,
    "allocation.accepted": _BUYERS,
    "allocation.dispute_ended": _BUYERS,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One proven event: when the platform got it, by its own word, and the private members that were opened."""

    leaf: Leaf
    received: datetime
    opened: Mapping[str, Any] = field(default_factory=dict)
    corrected: bool = False

    @property
    def id(self) -> str:
        """Id of the record."""
        return self.leaf.id

    @property
    def type(self) -> str:
        """Type of the event."""
        return self.leaf.type

    @property
    def entity(self) -> str:
        """Whose history it is on."""
        return self.leaf.entity

    @property
    def occurred(self) -> datetime:
        """When it happened, as the actor says."""
        return _moment(self.leaf.time)

    @property
    def day(self) -> date:
        """The day in China on which it happened."""
        return _day(self.leaf.time)

    @property
    def is_late(self) -> bool:
        """Whether it was told more than two days after it happened."""
        return self.received - self.occurred > LAG

    @property
    def is_signed(self) -> bool:
        """Whether a device or sensor vouches for it."""
        return self.leaf.sig is not None or self.leaf.actor.attested == "sensor"

    def number(self, name: str, *, places: int) -> int:
        """Read a number of the body in units of 10^-places. Raises InputError where it is none, or not above zero."""
        said = self.leaf.body.get(name)
        try:
            number = Decimal(said if type(said) is str else "NaN").scaleb(places)
            whole = int(number)
        except (InvalidOperation, ValueError, OverflowError) as error:
            raise InputError(f"event {self.id} of {self.entity}: {name} is no number") from error
        if whole <= 0:
            raise InputError(f"event {self.id} of {self.entity}: {name} is not above zero")
        return whole


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that counts for one farm at one moment, by the histories that it stands on."""

    subject: str
    as_of: datetime
    parties: Mapping[str, str]
    by_entity: Mapping[str, Sequence[Told]]
    plots: tuple[Told, ...]
    seasons: tuple[Told, ...]
    lots: tuple[Told, ...]
    plans: tuple[Told, ...]
    allocations: tuple[Told, ...]

    def of(self, entity: str, *types: str) -> list[Told]:
        """List what was told on a history, oldest first: all of it, or these types."""
        told = self.by_entity.get(entity, ())
        return [one for one in told if one.type in types] if types else list(told)

    def is_second_party(self, told: Told) -> bool:
        """Whether a confirmed party of the right kind, which neither is this farm nor speaks for it, said this."""
        actor = told.leaf.actor
        if self.subject in {actor.party, actor.on_behalf_of}:
            return False
        if told.type == "test.reported" and told.leaf.body.get("laboratory") != actor.party:
            return False
        return self.parties.get(actor.party, "") in SECOND_PARTIES.get(told.type, frozenset())

    def attests(self, told: Told) -> bool:
        """Whether somebody or something besides the farm's own word stands behind this."""
        return self.is_second_party(told) or (told.type in FIELD_WORK and told.is_signed)

    def since(self, days: int) -> date:
        """Give the day so many days ago."""
        return china_day(self.as_of) - timedelta(days=days)


def know(told: Iterable[Told], *, subject: str, as_of: datetime, parties: Mapping[str, str]) -> Knowledge:
    """Put in order what was told by a moment: later events and later corrections are as if they were not.

    Raises InputError where an event comes twice or tells of the future.
    """
    known = _known(told, as_of)
    standing = _corrected(known)
    by_entity: dict[str, list[Told]] = defaultdict(list)
    for one in sorted(standing, key=lambda one: (one.entity, one.leaf.eseq)):
        by_entity[one.entity].append(one)
    plots = _named(standing, "plot.registered", "holder", {subject})
    seasons = _named(standing, "season.opened", "plot", _entities(plots))
    plans = _named(standing, "plan.submitted", "plot", _entities(plots))
    return Knowledge(
        subject=subject,
        as_of=as_of,
        parties=parties,
        by_entity=by_entity,
        plots=plots,
        seasons=seasons,
        lots=_named(standing, "lot.harvested", "season", _entities(seasons)),
        plans=plans,
        allocations=_named(standing, "allocation.firmed", "plan", _entities(plans)),
    )


def china_day(moment: datetime) -> date:
    """Give the day in China, which has one zone and no summer time."""
    return (moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta()) + _CHINA).date()


# Every figure asks for the times of the same events.
@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    return china_day(_moment(text))


def _known(told: Iterable[Told], as_of: datetime) -> list[Told]:
    known: dict[str, Told] = {}
    for one in told:
        if one.id in known:
            raise InputError(f"event {one.id} comes twice")
        if one.occurred > one.received + CLOCK:
            raise InputError(f"event {one.id} of {one.entity} tells of the future")
        if one.received <= as_of:
            known[one.id] = one
    return list(known.values())


def _corrected(known: Sequence[Told]) -> list[Told]:
    standing = {one.id: one for one in known if not one.type.endswith(".corrected")}
    for one in sorted(known, key=lambda one: (one.entity, one.leaf.eseq)):
        target = standing.get(_corrects(one))
        if target is None or target.entity != one.entity:
            continue
        if one.leaf.body.get("withdrawn"):
            del standing[target.id]
        else:
            body = {**target.leaf.body, **one.leaf.body.get("changes", {})}
            # A slip that is mended within two days is no more than a slip.
            late = target.corrected or one.received - target.received > LAG
            standing[target.id] = replace(target, leaf=replace(target.leaf, body=body), corrected=late)
    return list(standing.values())


def _corrects(told: Told) -> str:
    found = told.leaf.body.get("corrects") if told.type.endswith(".corrected") else None
    return str(found.get("id", "")) if isinstance(found, dict) else ""


def _named(told: Iterable[Told], name: str, member: str, wanted: set[str]) -> tuple[Told, ...]:
    found = [one for one in told if one.type == name and one.leaf.body.get(member) in wanted]
    return tuple(sorted(found, key=lambda one: (one.entity, one.leaf.eseq)))


def _entities(told: Iterable[Told]) -> set[str]:
    return {one.entity for one in told}
