"""The story of an entity, with who vouches for each step of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Organisation
from traceability.events import EVENT_TYPES
from traceability.projections.standing import Standing, day_of, standing
from traceability.queries import history


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event as it stands, and the party that says so; None for a party that is not of this platform."""

    standing: Standing
    party: Organisation | None
    # On whose behalf, where somebody else logged it.
    whom: Organisation | None = None
    label: str

    @property
    def event(self) -> history.Event:
        """The record as the chain has it."""
        event = self.standing.event
        if not isinstance(event, history.Event):
            raise TypeError("timeline: its events come from the chain")
        return event


def steps(*entities: str) -> list[Step]:
    """Tell the events of entities in the order of their days, and of one day in the order of the records.

    Three statements, whatever the number of events and parties.
    """
    histories = history.of_all(entities)
    events = [one for entity in entities for one in standing(histories[entity])]
    actors = [one.event.leaf.actor for one in events]
    parties = named_parties([one.party for one in actors] + [one.speaks_for for one in actors])
    made = [
        Step(
            standing=one,
            party=parties.get(actor.party),
            whom=parties.get(actor.on_behalf_of or ""),
            label=EVENT_TYPES[one.type].label,
        )
        for one, actor in zip(events, actors, strict=True)
    ]
    return sorted(made, key=_order)


def named_parties(pseudonyms: Iterable[str]) -> dict[str, Organisation]:
    """Find the parties behind pseudonyms of the log."""
    found = Organisation.objects.filter(public_id__in={UUID(one) for one in pseudonyms})
    return {str(party.public_id): party for party in found}


def _order(step: Step) -> tuple[date, int]:
    said = step.standing
    return said.day if "date" in said.body else day_of(said.event), said.event.leaf.eseq
