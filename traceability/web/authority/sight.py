"""How much of a family a reader is shown: whom others deal with, and how much they have, is their trade's secret.

A regulator sees all of it. A party sees its own lots, and one step up and down from them and from the lot that it asked
for, and what is left of what it has in hand; of what lies beyond only how many lots there are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as
from traceability.models import Recall
from traceability.queries.genealogy import Family, accounted_share
from traceability.web.authority.tree import Row, downstream, neighbours


@dataclass(frozen=True, slots=True)
class Sight:
    """The lots of a family that a member is shown by name; its own; and those of which it is shown what is left."""

    named: frozenset[UUID]
    own: frozenset[UUID]
    counted: frozenset[UUID]

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """Leave out the rows of what is not shown, and what is left of what lies in others' hands."""
        seen = [row for row in rows if row.line.id in self.named]
        return [row if row.line.id in self.counted else self._outside(row) for row in seen]

    def _outside(self, row: Row) -> Row:
        # Whom another sold its lot to is its own secret: its maker is whom the member dealt with.
        line = row.line if row.line.id in self.own else replace(row.line, holder=row.line.maker)
        return replace(row, line=line, left=None, taken=None)

    def hidden(self, items: Iterable[UUID]) -> int:
        """Count what is not shown."""
        return len(set(items) - self.named)


def sight_of(membership: Membership, family: Family) -> Sight:
    """Tell what a member is shown of a family."""
    if acts_as(membership, OrganisationKind.REGULATOR):
        return Sight(*[frozenset(family.lines)] * 3)
    party, lines = membership.organisation_id, family.lines.values()
    own = frozenset(one.id for one in lines if party in {one.custodian, one.registrant})
    asked = own | {family.lot}
    beside = {near for item in asked for near in neighbours(family, item)}
    return Sight(asked | beside, own, frozenset(one.id for one in lines if one.custodian == party))


def rows_of(recall: Recall, family: Family) -> list[Row]:
    """Give what a recall names below its lot; of a drill what it would have named."""
    rows = downstream(family)
    if recall.drill:
        return rows
    named = set(recall.recalled.values_list("lot_id", flat=True))
    return [row for row in rows if row.line.id in named]


def percent(family: Family, items: Sequence[UUID]) -> Decimal | None:
    """Give the share of the mass that is accounted for, of 100."""
    share = accounted_share(family, items)
    return None if share is None else round(100 * share, 1)
