"""Scenes: the single things that happen in the story, each recorded by one service under an id of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID, uuid5

from config.demo.cast import Cast
from config.demo.seed import Seed
from config.demo.tables import table
from traceability.models import Lot
from traceability.services.entries import Entry


class Play(Protocol):
    """Records a scene through its service."""

    def __call__(self, *, entry: Entry, at: datetime) -> object:
        """Record it as told by the entry and heard at a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One thing that happens: its name in the story, when, and what records it."""

    name: str
    time: datetime
    play: Play


@dataclass(frozen=True)
class Stage:
    """What scenes play with: the seed that names things, and the cast."""

    seed: Seed
    cast: Cast

    def id_of(self, name: str) -> UUID:
        """Give the id of a scene's record, which is also that of the plot, season or sample that it makes."""
        return self.seed.id_of(name)

    def lot(self, key: str) -> Lot:
        """Find a lot by its key in the story. Requires that the scene which makes it was played."""
        return Lot.objects.select_related("registrant", "custodian").get(pk=self._lot_ids[key])

    @cached_property
    def _lot_ids(self) -> Mapping[str, UUID]:
        ids = {row["key"]: uuid5(self.id_of(f"harvest {row['key']}"), "lot") for row in table("trade")["harvests"]}
        ids |= {row["key"]: uuid5(self.id_of(f"intake {row['key']}"), "lot") for row in table("plant")["intakes"]}
        for row in (*table("trade")["processes"], *table("plant")["processes"]):
            made = self.id_of(f"process {row['key']}")
            by_products = [f"{row['key']} {one['key']}" for one in row.get("by_products", ()) if "key" in one]
            for position, key in enumerate([row["key"], *by_products]):
                ids[key] = uuid5(made, f"lot.{position}")
        return ids
