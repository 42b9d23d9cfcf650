"""Crop seasons: opened on a plot, and filled by growth events."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.models import Membership
from traceability.errors import RefusedError
from traceability.models import Plot, Season
from traceability.services import chain
from traceability.services.entries import Entry, Saying, check_may_write, check_time, members, record_of
from traceability.services.rows import bring_in_line
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonFacts:
    """What is grown: `typed` is the area as typed, with its unit, `gtin` the product that the harvest will be."""

    crop: str
    variety: str
    year: int
    area_mu: Decimal
    typed: dict[str, str] | None = None
    gtin: str = ""
    note: str = ""


@business_transaction
def open_season(*, plot: Plot, entry: Entry, facts: SeasonFacts, membership: Membership, at: datetime) -> Season:
    """Begin a season on the party's own plot; the entry's day is the first that later records may tell of.

    Raises NotYoursError, RefusedError, EventError, ChainConflictError.
    """
    check_may_write(membership, plot.holder)
    check_time(entry, at=at)
    check_season(plot, entry, facts)
    body = members(
        plot=plot.entity,
        crop=facts.crop,
        variety=facts.variety,
        year=facts.year,
        area_mu=facts.area_mu,
        typed=facts.typed,
        gtin=facts.gtin,
    )
    entity = f"season:{entry.id}"
    saying = Saying(body=body, private=members(note=facts.note), inputs=(plot.entity,))
    chain.append(record_of("season.opened", entity, entry=entry, saying=saying, membership=membership), at=at)
    bring_in_line([entity])
    return Season.objects.select_related("plot__holder").get(pk=entry.id)


def check_season(plot: Plot, entry: Entry, facts: SeasonFacts) -> None:
    """Check a season against its plot and its year. Raises RefusedError.

    Winter crops are planted in the year before the one that is named for their harvest.
    """
    if plot.retired and not entry.is_known:
        raise RefusedError("", "plot_retired", name=plot.number)
    if not facts.year - 1 <= entry.day.year <= facts.year:
        raise RefusedError("/time", "not_this_year", year=facts.year)
    limit = max(plot.declared_mu, plot.measured_mu or plot.declared_mu)
    if facts.area_mu > limit:
        raise RefusedError("/area_mu", "area_exceeds_plot", limit=limit)
