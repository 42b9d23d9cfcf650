"""What a trace page tells of a lot: the events that it rests on, and the lots, plots and parties in them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from accounts.models import Organisation
from traceability.models import Lot, Plot, SignedCheckpoint
from traceability.projections.standing import Standing, standing
from traceability.queries import log
from traceability.queries.closures import closure
from traceability.queries.history import Event


@dataclass(frozen=True, slots=True)
class Descent:
    """One step of genealogy: the product was made of the source, by the record of this id."""

    product: UUID
    source: UUID
    event: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A lot and all that it rests on.

    `events` are in the order of entity and number; `published` has, by the id of the record, the index of those that
    the newest signed `checkpoint` holds. `lots` and `plots` go by the names of their entities, `parties` by pseudonym.
    """

    lot: Lot
    events: Sequence[Event]
    published: Mapping[str, int]
    descents: Sequence[Descent]
    lots: Mapping[str, Lot]
    plots: Mapping[str, Plot]
    parties: Mapping[str, Organisation]
    checkpoint: SignedCheckpoint | None = None

    def standings(self) -> list[Standing]:
        """Give every event as it stands after its corrections, entity by entity."""
        histories: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            histories[event.leaf.entity].append(event)
        return [one for history in histories.values() for one in standing(history)]


def story_of(lot: Lot) -> Story:
    """Read the story of a lot by six statements, whatever its length."""
    newest = log.checkpoint()
    size = newest.size if newest else 0
    events = closure(lot.entity)
    lots = Lot.objects.select_related("season").in_bulk(_ids(events, "lot"))
    plots = Plot.objects.in_bulk(_ids(events, "plot"))
    parties = Organisation.objects.filter(public_id__in={name for event in events for name in _parties(event)})
    return Story(
        lot=lot,
        events=events,
        published={event.leaf.id: event.index for event in events if event.index is not None and event.index < size},
        descents=descents(lot),
        lots={one.entity: one for one in lots.values()},
        plots={one.entity: one for one in plots.values()},
        parties={str(one.public_id): one for one in parties},
        checkpoint=newest,
    )


# UNION and not UNION ALL: a lot that was met is not followed again, so that rework, which leads in circles, ends.
_UPSTREAM = """
WITH RECURSIVE reached (lot) AS (
    SELECT %s::uuid
    UNION
    SELECT link.source_id FROM reached JOIN traceability_lotlink AS link ON link.product_id = reached.lot
)
SELECT link.product_id, link.source_id, link.event
FROM traceability_lotlink AS link JOIN reached ON link.product_id = reached.lot
ORDER BY link.product_id, link.source_id, link.event
"""


def descents(lot: Lot) -> list[Descent]:
    """List every step of a lot's genealogy upstream, at any depth, each once."""
    with connection.cursor() as cursor:
        cursor.execute(_UPSTREAM, [lot.pk])
        return [Descent(*row) for row in cursor.fetchall()]


def _ids(events: Iterable[Event], prefix: str) -> set[UUID]:
    names = (event.leaf.entity.split(":", 1) for event in events)
    return {UUID(name) for kind, name in names if kind == prefix}


def _parties(event: Event) -> Iterable[str]:
    actor, body = event.leaf.actor, event.leaf.body
    named = (actor.party, actor.on_behalf_of, body.get("laboratory"), body.get("to"))
    return (str(name) for name in named if name)
