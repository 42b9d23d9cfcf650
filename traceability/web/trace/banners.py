"""What a reader must know before all else: that the lot is called back, or held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from traceability.models import Recall
from traceability.projections.standing import Standing
from traceability.queries.recalls import banner_of
from traceability.queries.trace import Story
from traceability.web.trace.text import capitalised, full_day, listed, product_and_code
from traceability.web.words import word


@dataclass(frozen=True, slots=True)
class Banner:
    """A warning: its headline, and what to do."""

    title: str
    text: str


def banners_of(story: Story, standings: Sequence[Standing]) -> list[Banner]:
    """Give the warnings of a lot, the gravest first."""
    recall = banner_of(story.lot)
    # A recall holds its lots: that they are held, too, says nothing more.
    return [_recalled(recall, story)] if recall else list(_held(story, standings))


def _recalled(recall: Recall, story: Story) -> Banner:
    own = recall.lot_id == story.lot.pk
    title = _("Recalled: do not eat it") if own else _("Recalled, for what went into it: do not eat it")
    text = _("%(reason)s. Called back on %(day)s (%(level)s). Take it back to where you bought it.")
    day = full_day(timezone.localdate(recall.opened_at))
    said = {"reason": capitalised(recall.get_reason_display()), "day": day, "level": recall.get_level_display()}
    return Banner(title, text % said)


def _held(story: Story, standings: Sequence[Standing]) -> Iterator[Banner]:
    released = {one.body["hold"] for one in standings if one.type == "lot.released"}
    holds = [one for one in standings if one.type == "lot.held" and one.event.leaf.id not in released]
    own = [one for one in holds if one.event.leaf.entity == story.lot.entity]
    if own:
        reasons = listed(dict.fromkeys(word(one.body["reason"]) for one in own))
        text = _("Reason: %(reasons)s. It should not be for sale. If you have some, do not eat it, and ask the seller.")
        yield Banner(_("This lot is held back"), text % {"reasons": reasons})
    others = {one.event.leaf.entity for one in holds if one not in own} & story.lots.keys()
    if others:
        names = listed(sorted(product_and_code(story.lots[name]) for name in others))
        yield Banner(_("What it was made of is held back"), names)
