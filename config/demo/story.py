"""The whole story in the order in which it happened, and how far it was recorded already."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from config.demo import amends, fields, lab, laboratory, market, plant, recall, trade
from config.demo.room import with_room
from config.demo.scenes import Scene, Stage
from traceability.models import Receipt
from traceability.services.entries import Entry

Advance = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Told:
    """How many scenes were recorded now, how many before, and how many lie in the future and wait."""

    now: int
    before: int
    later: int


def story(stage: Stage) -> list[Scene]:
    """Give all scenes in the order of their times."""
    parts = (fields, trade, laboratory, lab, plant, amends, recall, market)
    return sorted((scene for part in parts for scene in part.scenes(stage)), key=lambda scene: scene.time)


def tell(scenes: Sequence[Scene], stage: Stage, *, clock: Callable[[], datetime], advance: Advance) -> Told:
    """Record the scenes that have happened and are not recorded yet, one transaction each.

    A run that was cut short is taken up where it ended: what is recorded is known by its ids. Raises what the services
    raise, and then leaves nothing of that scene behind.
    """
    begun = clock()
    known = _recorded(scenes, stage)
    due = [scene for scene in scenes if scene.time <= begun]
    now = 0
    for scene in due:
        if stage.id_of(scene.name) not in known:
            entry = Entry(id=stage.id_of(scene.name), time=scene.time)
            with_room(lambda scene=scene, entry=entry: scene.play(entry=entry, at=clock()))  # type: ignore[misc]
            now += 1
        advance()
    return Told(now=now, before=len(due) - now, later=len(scenes) - len(due))


def _recorded(scenes: Iterable[Scene], stage: Stage) -> set[object]:
    ids = [stage.id_of(scene.name) for scene in scenes]
    return set(Receipt.objects.filter(record_id__in=ids).values_list("record_id", flat=True))
