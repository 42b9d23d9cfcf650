"""How much each of several short lines may take, where there is not enough for all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from orders.models import OrderLine
from orders.queries.market import GRAMS, promised_to
from orders.rationing import Claim, ration
from orders.services.shortages import within_reach

_ALL_BP = 10_000
_Key = tuple[object, ...]


def rations(lines: Iterable[OrderLine]) -> dict[UUID, Decimal]:
    """Give the most, in kg, that each line may be brought without being asked: its share among lines like it.

    Lines are alike in class and priority: product, grade, window, region, standing, and what may come in place of it.
    """
    alike: defaultdict[_Key, list[OrderLine]] = defaultdict(list)
    for line in lines:
        alike[_key(line)].append(line)
    found: dict[UUID, Decimal] = {}
    for group in alike.values():
        found |= _shared(sorted(group, key=lambda line: (line.order.placed_at, line.pk)))
    return found


def _key(line: OrderLine) -> _Key:
    place = (line.product_id, line.min_grade_id, line.window_id, line.node_id)
    return (*place, line.weight, line.substitution, line.split_ok)


def _shared(lines: Sequence[OrderLine]) -> dict[UUID, Decimal]:
    pack, available = lines[0].product.pack_grams, max(int(within_reach(line) * GRAMS) for line in lines)
    if available >= sum(_lacks(line) for line in lines):
        return {line.pk: line.kg for line in lines}
    claims = [_claim(line, pack) for line in lines]
    shares = ration(available // pack, claims)
    return {line.pk: Decimal(packs * pack) / GRAMS for line, packs in zip(lines, shares, strict=True)}


def _lacks(line: OrderLine) -> int:
    return int((line.kg - promised_to(line)) * GRAMS)


def _claim(line: OrderLine, pack: int) -> Claim:
    return Claim(
        lacks=max(-(-_lacks(line) // pack), 0),
        ordered=-(-int(line.kg * GRAMS) // pack),
        # Of a line that stays whole a part is nothing.
        min_accept_bp=line.min_accept_bp if line.split_ok else _ALL_BP,
    )
