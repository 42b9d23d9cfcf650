"""What a kept page is held against, by one prepared statement: a page is asked for more often than anything else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from traceability.binary_values import KINDS
from traceability.hot_statements import HotStatement, run
from traceability.queries.recalls import BANNER

_LOOK = HotStatement(
    "suyuan_page",
    f"""
SELECT (
    SELECT count(*) FROM unnest($2::text[], $3::bytea[]) AS was (entity, head)
    JOIN ledger_head AS now ON now.entity = was.entity AND now.head = was.head
), newest.size, newest.note, recall.*
FROM (SELECT) AS one
LEFT JOIN (SELECT size, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1) AS newest ON true
LEFT JOIN ({BANNER.format(lot="$1")}) AS recall ON true
""",  # noqa: S608 - a statement of ours in a statement of ours
)


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand: whether heads are where they were, the newest checkpoint, and the recall that is told of."""

    heads_stand: bool
    size: int
    note: str
    recall: tuple[Any, ...] | None


def look(lot: UUID, heads: Mapping[str, bytes]) -> Look:
    """Look whether entities have the heads that they had, and at the log and a lot's recalls. Raises DatabaseError."""
    values = [KINDS["uuid"].value(lot), KINDS["text"].array(list(heads)), KINDS["bytea"].array(list(heads.values()))]
    ((row,),) = run((_LOOK, values))
    standing, size, note, *recall = row
    return Look(standing == len(heads), size or 0, note or "", tuple(recall) if recall[0] is not None else None)
