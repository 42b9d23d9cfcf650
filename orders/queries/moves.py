"""What a run moves: what stands reserved, what it would give, and which kilograms change their supply between."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from orders.models import MatchRun, Product, Reservation
from orders.queries.market import GRAMS
from traceability.services.attachments import load

# Kilograms by line and supply.
Pairs = dict[tuple[UUID, UUID], Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """So many kilograms of a line that come from another supply than before; None stands for none."""

    line: UUID
    before: UUID | None
    after: UUID | None
    kg: Decimal


def reserved(product: Product) -> Pairs:
    """Give what is reserved of a product now, in kg by line and supply."""
    found = Reservation.objects.filter(line__product=product).values_list("line_id", "supply_id", "kg")
    return {(line, supply): kg for line, supply, kg in found}


def proposed(run: MatchRun) -> Pairs:
    """Give what a run gives, in kg by line and supply, from the files that its event names."""
    inputs, outcome = json.loads(load(run.inputs_sha256)), json.loads(load(run.outcome_sha256))
    lines, supplies = ([UUID(row[0]) for row in inputs[name]] for name in ("lines", "supplies"))
    rows = outcome["allocations"]
    return {(lines[line], supplies[supply]): Decimal(grams) / GRAMS for line, supply, grams in rows}


def moves(before: Pairs, after: Pairs) -> list[Moved]:
    """Pair what each line loses of supplies with what it gains of others, in the order of their ids."""
    lost, gained = _changes(before, after), _changes(after, before)
    return [one for line in sorted({*lost, *gained}) for one in _paired(line, lost[line], gained[line])]


def _changes(of: Pairs, than: Pairs) -> defaultdict[UUID, list[tuple[UUID, Decimal]]]:
    found: defaultdict[UUID, list[tuple[UUID, Decimal]]] = defaultdict(list)
    for (line, supply), kg in sorted(of.items()):
        more = kg - than.get((line, supply), Decimal(0))
        if more > 0:
            found[line].append((supply, more))
    return found


def _paired(
    line: UUID, lost: Sequence[tuple[UUID, Decimal]], gained: Sequence[tuple[UUID, Decimal]]
) -> Iterator[Moved]:
    left, right = list(lost), list(gained)
    while left and right:
        kg = min(left[0][1], right[0][1])
        yield Moved(line=line, before=left[0][0], after=right[0][0], kg=kg)
        left, right = _less(left, kg), _less(right, kg)
    yield from (Moved(line=line, before=supply, after=None, kg=kg) for supply, kg in left)
    yield from (Moved(line=line, before=None, after=supply, kg=kg) for supply, kg in right)


def _less(parts: list[tuple[UUID, Decimal]], kg: Decimal) -> list[tuple[UUID, Decimal]]:
    (supply, first), *rest = parts
    return [(supply, first - kg), *rest] if first > kg else rest
