"""What the consumer's page shows, put together from a story."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Provenance
from traceability.geometry import Drawing, GeometryError, boundary_from_json, drawing
from traceability.models import Lot, Plot
from traceability.projections.standing import Standing
from traceability.queries.trace import Story
from traceability.web.trace.sheets import sheets_of
from traceability.web.trace.steps import Step, timeline_of, year_of
from traceability.web.trace.text import area, capitalised, day, full_day, listed, mass, product, village

_MOST_DRAWINGS = 3
# Of a longer story the page shows both ends: it must stay small, and the proof has everything.
_MOST_STEPS = 120
_FIRST_STEPS = 40
_MOST_OTHERS = 60


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, and what it says of the lot."""

    label: str
    value: str


def page_of(story: Story) -> Mapping[str, Any]:
    """Give what the template of the page asks for."""
    standings = [one for one in story.standings() if not one.withdrawn]
    timeline = timeline_of(story)
    shown = _both_ends(timeline.steps)
    return {
        "lot": story.lot,
        "title": capitalised(product(story.lot)),
        "drawings": _drawings(story.plots.values()),
        "labels": _labels(story),
        "under": _under(story),
        "facts": _facts(story, standings),
        "sheets": sheets_of(story),
        "steps": shown,
        "skipped": len(timeline.steps) - len(shown),
        "others": timeline.others[:_MOST_OTHERS],
        "others_count": len(timeline.others),
        "records": len(story.events),
        "waiting": len(story.events) - len(story.published),
    }


def _both_ends(steps: Sequence[Step]) -> Sequence[Step]:
    if len(steps) <= _MOST_STEPS:
        return steps
    return [*steps[:_FIRST_STEPS], *steps[_FIRST_STEPS - _MOST_STEPS :]]


def _drawings(plots: Iterable[Plot]) -> list[Drawing]:
    found = []
    for plot in plots:
        try:
            found += [drawing(boundary_from_json(plot.boundary))] if plot.boundary else []
        except GeometryError:
            # A drawing is an ornament: a boundary that cannot be read is for the nightly check to find.
            continue
    return found[:_MOST_DRAWINGS]


def _labels(story: Story) -> list[str]:
    """Say once of each kind of data that is not from real operation that the story holds some."""
    found = {party.provenance for party in story.parties.values()} - {Provenance.OPERATED.value}
    return [capitalised(str(Provenance(one).label)) for one in sorted(found)]


def _under(story: Story) -> list[str]:
    lot = story.lot
    name = _("Lot %(code)s") % {"code": lot.code} if lot.code and lot.code not in product(lot) else lot.epc
    made = [_("made on %(day)s") % {"day": full_day(lot.produced_on)}] if lot.produced_on else []
    return [name, *filter(None, [_places(story)]), *made]


def _places(story: Story) -> str:
    return listed(sorted({village(plot.division_code) for plot in story.plots.values() if plot.division_code}))


def _facts(story: Story, standings: Sequence[Standing]) -> list[Fact]:
    lot = story.lot
    year = year_of(story)
    return [
        *_began(standings, "growth.sown", _("Sown"), year),
        *_began(standings, "growth.transplanted", _("Transplanted"), year),
        *_began(standings, "lot.harvested", _("Harvested"), year),
        *_land(story),
        *_quantity(standings, lot),
    ]


def _began(standings: Sequence[Standing], kind: str, label: str, year: int | None) -> list[Fact]:
    days = sorted({one.day for one in standings if one.type == kind})
    if not days:
        return []
    ends = dict.fromkeys([days[0], days[-1]])
    return [Fact(label, " – ".join(day(one, year=year) for one in ends))]


def _land(story: Story) -> list[Fact]:
    plots = list(story.plots.values())
    if not plots:
        return []
    total = area(sum((plot.measured_mu or plot.declared_mu for plot in plots), start=Decimal(0)))
    if len(plots) == 1:
        return [Fact(_("Plot"), f"{plots[0].number} · {total}")]
    return [Fact(_("Plots"), _("%(count)s plots · %(area)s") % {"count": len(plots), "area": total})]


def _quantity(standings: Sequence[Standing], lot: Lot) -> list[Fact]:
    # As it was made: what is left of it in somebody's store is not the reader's business.
    made = (one for one in standings if one.event.leaf.entity == lot.entity and one.type in _MAKING)
    kg = next((one.number("kg") for one in made), None)
    return [Fact(_("Quantity of this lot"), mass(kg))] if kg else []


_MAKING = frozenset({"lot.harvested", "lot.processed", "lot.taken_in"})
