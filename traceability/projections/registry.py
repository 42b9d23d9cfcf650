"""Every projection there is, for the services that write rows and for the verifier that checks them."""

from collections.abc import Mapping, Sequence

from traceability.projections.keys import KEYS
from traceability.projections.lots import LOTS, SAMPLES
from traceability.projections.plots import PLOTS
from traceability.projections.processes import LINKS
from traceability.projections.projection import Projection, Recorded, Row
from traceability.projections.seasons import SEASONS

# In an order in which rows can be written: each table after those that it refers to.
PROJECTIONS: tuple[Projection, ...] = (KEYS, PLOTS, SEASONS, LOTS, SAMPLES, LINKS)
# Tables of which no event speaks at all, by model label, each with the reason.
UNVOUCHED: Mapping[str, str] = {}


def of_entity(entity: str) -> list[Projection]:
    """Give the projections that take this entity's history."""
    prefix = entity.partition(":")[0]
    return [one for one in PROJECTIONS if one.prefix in {"", prefix}]


def expected(entity: str, history: Sequence[Recorded]) -> list[tuple[Projection, Row]]:
    """Give all rows that must stand in the tables because of this entity."""
    return [(one, row) for one in of_entity(entity) for row in one.rows(history)]
