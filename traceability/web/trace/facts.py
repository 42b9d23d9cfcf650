"""The few facts of a lot that stand in large letters."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from traceability.projections.standing import Standing
from traceability.queries.trace import Story
from traceability.standards.indications import Indication, claimed_in
from traceability.web.trace.steps import year_of
from traceability.web.trace.text import area, day, in_words, listed, mass

_MAKING = frozenset({"lot.harvested", "lot.processed", "lot.taken_in"})
_MOST_VARIETIES = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """A label, what it says of the lot, and what a reader must know beside it."""

    label: str
    value: str
    beside: str = ""


def facts_of(story: Story, standings: Sequence[Standing]) -> list[Fact]:
    """Give the facts of a lot in the order of the season; `standings` are without what was withdrawn."""
    year = year_of(story)
    return [
        *_varieties(standings),
        *_began(standings, "growth.sown", _("Sown"), year),
        *_began(standings, "growth.transplanted", _("Transplanted"), year),
        *_began(standings, "lot.harvested", _("Harvested"), year),
        *_land(story),
        *_quantity(story, standings),
        *_indication(story),
    ]


def indication_of(story: Story) -> Indication | None:
    """Find the protected name that the lot goes by."""
    return claimed_in(story.lot.product_name, crop=story.lot.crop)


def _varieties(standings: Sequence[Standing]) -> Iterator[Fact]:
    names = sorted({one.body["variety"] for one in standings if one.type == "season.opened"})
    if names:
        more = ["…"] if len(names) > _MOST_VARIETIES else []
        yield Fact(_("Variety"), listed([*names[:_MOST_VARIETIES], *more]))


def _began(standings: Sequence[Standing], kind: str, label: str, year: int | None) -> Iterator[Fact]:
    days = sorted({one.day for one in standings if one.type == kind})
    if days:
        ends = dict.fromkeys([days[0], days[-1]])
        yield Fact(label, " – ".join(day(one, year=year) for one in ends))


def _land(story: Story) -> Iterator[Fact]:
    plots = list(story.plots.values())
    if not plots:
        return
    total = area(sum((plot.measured_mu or plot.declared_mu for plot in plots), start=Decimal(0)))
    if len(plots) == 1:
        yield Fact(_("Plot"), plots[0].number, total)
    else:
        yield Fact(_("Plots"), _("%(count)s plots") % {"count": len(plots)}, total)


def _quantity(story: Story, standings: Sequence[Standing]) -> Iterator[Fact]:
    # As it was made: what is left of it in somebody's store is not the reader's business.
    made = (one for one in standings if one.event.leaf.entity == story.lot.entity and one.type in _MAKING)
    kg = next((one.number("kg") for one in made), None)
    if kg:
        yield Fact(_("Quantity of this lot"), mass(kg))


def _indication(story: Story) -> Iterator[Fact]:
    found = indication_of(story)
    if found is None:
        return
    if found.covers(plot.division_code for plot in story.plots.values()):
        beside = _("the maker's claim; all plots lie in that place, the right to the mark is not proven here")
    else:
        beside = _("the maker's claim; the records do not show that it grew there")
    yield Fact(_("Geographical indication"), in_words(found.name), beside)
