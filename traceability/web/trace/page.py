"""What the consumer's page shows, put together from a story."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Provenance
from traceability.queries.trace import Story
from traceability.web.trace.banners import banners_of
from traceability.web.trace.conformity import conformity_of
from traceability.web.trace.facts import facts_of, indication_of
from traceability.web.trace.parties import VOUCHERS, voucher_of
from traceability.web.trace.pictures import pictures_of
from traceability.web.trace.sheets import sheets_of
from traceability.web.trace.sketch import sketch
from traceability.web.trace.steps import Step, timeline_of
from traceability.web.trace.text import capitalised, full_day, in_words, listed, product, village

# Of a longer story the page shows both ends: it must stay small, and the proof has everything.
_MOST_STEPS = 120
_FIRST_STEPS = 40
_MOST_OTHERS = 60


@dataclass(frozen=True, slots=True)
class VoucherCount:
    """How many records rest on one kind of word: a phone's signature, a log-in, a laboratory."""

    kind: str
    label: str
    count: int


def page_of(story: Story) -> Mapping[str, Any]:
    """Give what the template of the page asks for."""
    standings = [one for one in story.standings() if not one.withdrawn]
    timeline = timeline_of(story)
    shown = _both_ends(timeline.steps)
    pictures = pictures_of(story)
    return {
        "lot": story.lot,
        "title": capitalised(product(story.lot)),
        "banners": banners_of(story, standings),
        "hero": pictures[0] if pictures else None,
        "pictures": pictures[1:],
        "sketch": sketch(story.plots.values()),
        "marks": _marks(story),
        "labels": _labels(story),
        "under": _under(story),
        "facts": facts_of(story, standings),
        "vouchers": _vouchers(story),
        "sheets": sheets_of(story),
        "conformity": conformity_of(story),
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


def _marks(story: Story) -> list[str]:
    """Name the place whose protected name the lot goes by, unless the records speak against it."""
    found = indication_of(story)
    covered = found and found.covers(plot.division_code for plot in story.plots.values())
    return [in_words(found.name)] if found and covered else []


def _labels(story: Story) -> list[str]:
    """Say once of each kind of data that is not from real operation that the story holds some."""
    found = {party.provenance for party in story.parties.values()} - {Provenance.OPERATED.value}
    return [capitalised(str(Provenance(one).label)) for one in sorted(found)]


def _vouchers(story: Story) -> list[VoucherCount]:
    counts = Counter(voucher_of(event.leaf, story) for event in story.events)
    return [VoucherCount(kind, _(label), counts[kind]) for kind, label in VOUCHERS.items() if counts[kind]]


def _under(story: Story) -> list[str]:
    lot = story.lot
    if lot.code and lot.code not in product(lot):
        name = _("Lot %(code)s") % {"code": lot.code}
    else:
        # Its number is the title already.
        name = f"GTIN {lot.gtin}" if lot.gtin else lot.epc
    made = [_("made on %(day)s") % {"day": full_day(lot.produced_on)}] if lot.produced_on else []
    return [name, *filter(None, [_places(story)]), *made]


def _places(story: Story) -> str:
    return listed(sorted({village(plot.division_code) for plot in story.plots.values() if plot.division_code}))
