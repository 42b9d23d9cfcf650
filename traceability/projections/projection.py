"""What a projection is: the rows that follow from the history of one entity, and nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.db import models

from traceability.ledger.leaf import Leaf

Row = dict[str, object]


class Recorded(Protocol):
    """One event of a history, as `queries.history` and the verifier both read it."""

    @property
    def leaf(self) -> Leaf:
        """The parsed leaf."""

    @property
    def leaf_hash(self) -> bytes:
        """The hash of the leaf's bytes."""

    @property
    def private(self) -> Mapping[str, object]:
        """The private members whose openings are still there, by path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Which rows of one table follow from entities of one kind.

    `rows` is pure: a whole history, oldest first, to the rows that must stand in the table because of it. A row maps
    each of `columns` to its value; a column of another table is a lookup through a foreign key ("holder__public_id"),
    so that a row can be compared with `values(*columns)` and no private number of ours enters a projection.
    `key` are the columns that tell the rows apart. `not_vouched` says of each other column of the table why no event
    vouches for it. `bearing` names the types of events without which the rows would be other ones: a history without
    all the rest makes the same rows. Corrections always belong to it; None stands for every type.
    """

    model: type[models.Model]
    # The word before the colon in the entity's name; an empty one takes every entity.
    prefix: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    rows: Callable[[Sequence[Recorded]], list[Row]]
    # The column that holds what stands behind the colon in the entity's name: how rows are found that no history makes.
    entity_column: str = "id"
    not_vouched: Mapping[str, str] = field(default_factory=dict)
    bearing: frozenset[str] | None = None
