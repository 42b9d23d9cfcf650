"""What changed of a market since its last run, and whether it is worth another one.

Told from the file of that run: whatever happened in between, by whichever way, is seen, and nothing needs to be told.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Sum

from orders.enums import RevisionReason, RunCause
from orders.models import Allocation, MatchRun, PlanSupply, YieldRevision
from orders.queries.market import ENDED, GRAMS, QUANTITY_OF_SUPPLY, Ground
from traceability.models import Lot

# A usual yield that moves by less than a tenth moves no goods.
_WORTH_A_RUN_BP = 1000
_ALL_BP = 10_000
_QUANTITY_OF_LINE = 4
_DAMAGES = (RevisionReason.WEATHER, RevisionReason.PEST)


@dataclass(frozen=True, slots=True)
class Change:
    """Why to match anew; what is not urgent waits until a quarter of an hour's orders are together."""

    cause: RunCause
    urgent: bool


def change_since(run: MatchRun, inputs: bytes, ground: Ground) -> Change | None:
    """Compare a market with the inputs of its last run; None where nothing is worth another run."""
    then, now = json.loads(inputs), json.loads(ground.inputs)
    if then["lanes"] != now["lanes"]:
        return Change(RunCause.LANE, urgent=True)
    since = Allocation.objects.filter(line__product=run.product_id, firm_at__gte=run.computed_at)
    taken = since.exclude(state__in=ENDED)
    supplies = _supplies(then, now, _summed(taken, "supply_id"), run)
    if supplies:
        return supplies
    before = _quantities(then["lines"], _QUANTITY_OF_LINE)
    after = _quantities(now["lines"], _QUANTITY_OF_LINE, plus=_summed(taken, "line_id"))
    return Change(RunCause.ORDERS, urgent=False) if before != after else None


def _supplies(then: Any, now: Any, taken: Mapping[str, int], run: MatchRun) -> Change | None:
    before = _quantities(then["supplies"], QUANTITY_OF_SUPPLY)
    after = _quantities(now["supplies"], QUANTITY_OF_SUPPLY, plus=taken)
    gone = before.keys() - after.keys()
    if gone:
        held = Lot.objects.filter(held=True, season__plan__supplies__in=[UUID(one) for one in gone]).exists()
        return Change(RunCause.QUALITY if held else RunCause.YIELD, urgent=True)
    changed = [one for one, grams in before.items() if after[one] != grams]
    cause = _why(changed, before, after, run)
    if cause:
        return Change(cause, urgent=True)
    return Change(RunCause.YIELD, urgent=False) if after.keys() - before.keys() else None


def _why(changed: list[str], before: Mapping[str, int], after: Mapping[str, int], run: MatchRun) -> RunCause | None:
    if not changed:
        return None
    keys = [UUID(one) for one in changed]
    revised = YieldRevision.objects.filter(supply__in=keys, revised_at__gte=run.computed_at)
    reasons = set(revised.values_list("reason", flat=True))
    weighed = PlanSupply.objects.filter(pk__in=keys, plan__season__harvested_kg__gt=0).exists()
    if weighed or RevisionReason.HARVEST in reasons:
        return RunCause.HARVEST
    much = any(abs(after[one] - before[one]) * _ALL_BP >= _WORTH_A_RUN_BP * before[one] for one in changed)
    if much or reasons & set(_DAMAGES) or _below_firm(keys):
        return RunCause.YIELD
    return None


def _below_firm(keys: list[UUID]) -> bool:
    firm = Allocation.objects.filter(supply__in=keys).exclude(state__in=ENDED).values("supply")
    return firm.annotate(kg=Sum("firm_kg")).filter(kg__gt=F("supply__p10_kg")).exists()


def _quantities(rows: list[list[Any]], place: int, *, plus: Mapping[str, int] | None = None) -> dict[str, int]:
    # What became firm since then left both sides; it is no change. A line or supply that is firm as a whole stands in
    # no file any more.
    found = {row[0]: row[place] for row in rows}
    for one, grams in (plus or {}).items():
        found[one] = found.get(one, 0) + grams
    return {one: grams for one, grams in found.items() if grams}


def _summed(taken: Any, name: str) -> dict[str, int]:
    total: defaultdict[str, int] = defaultdict(int)
    for one, kg in taken.values_list(name, "firm_kg"):
        total[str(one)] += int(kg * GRAMS)
    return total
