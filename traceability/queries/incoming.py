"""Raw material that is still growing, and what it may come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from accounts.models import Membership
from traceability.balance.forecast import Forecast, Harvest, forecast_of
from traceability.enums import Crop
from traceability.models import Season
from traceability.queries.plant import seasons_coming, suppliers_of

# What is harvested in one go; of the others, this year's harvest may go on and says nothing yet.
_AT_ONCE = frozenset({Crop.RICE, Crop.PEANUT})
# A plot's own harvests are believed from so many on.
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Growing:
    """A season of a known supplier, and what it may give where there is something to go by."""

    season: Season
    forecast: Forecast | None


def growing_for(membership: Membership, *, year: int) -> list[Growing]:
    """List the year's seasons of known suppliers with a forecast each, by earlier harvests of the same crop."""
    past = _harvests(membership, year=year)
    return [Growing(one, _forecast(one, past.get(one.crop, ()))) for one in seasons_coming(membership, year=year)]


def usual_total(growing: Iterable[Growing]) -> Decimal:
    """Add up what the seasons give in a usual year; of those without a forecast nothing is in it."""
    return sum((one.forecast.usual for one in growing if one.forecast), Decimal(0))


def _harvests(membership: Membership, *, year: int) -> Mapping[str, list[Season]]:
    over = Q(year__lt=year) | Q(year=year, crop__in=_AT_ONCE)
    suppliers = suppliers_of(membership).values("pk")
    found: dict[str, list[Season]] = {}
    for one in Season.objects.filter(over, plot__holder__in=suppliers, harvested_kg__gt=0):
        found.setdefault(one.crop, []).append(one)
    return found


def _forecast(season: Season, past: Sequence[Season]) -> Forecast | None:
    own = [one for one in past if one.plot_id == season.plot_id]
    told = own if len(own) >= _ENOUGH else past
    return forecast_of(season.area_mu, [Harvest(one.harvested_kg, one.area_mu) for one in told])
