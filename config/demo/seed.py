"""What follows from the seed: all ids, and the small differences between one plot and the next."""

import random
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5


@dataclass(frozen=True, slots=True)
class Seed:
    """A number from which the same story follows each time."""

    number: int

    def id_of(self, name: str) -> UUID:
        """Give the id of what bears this name in the story."""
        return uuid5(uuid5(NAMESPACE_URL, f"suyuan demonstration {self.number}"), name)

    def dice(self, name: str) -> random.Random:
        """Give dice that fall the same way each time for one name, whatever was thrown for the others."""
        return random.Random(f"{self.number} {name}")  # noqa: S311 - nothing secret hangs on it
