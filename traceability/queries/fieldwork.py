"""What a farmer's phone must know to work without a network: the plots, and what was last done on each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Membership
from accounts.queries.memberships import may_record
from accounts.queries.stand_ins import farms_helped_by
from traceability.models import Plot, Season
from traceability.projections.seasons import sprayings
from traceability.projections.standing import Standing, standing
from traceability.queries import history
from traceability.standards.spraying import Spraying

_TOLD = ("growth.", "season.harvested")


@dataclass(frozen=True, slots=True)
class Field:
    """A plot with the season that is under way, all its sprayings, and the last record of each type and product.

    `last` is in the order of the days, the newest at the end.
    """

    plot: Plot
    season: Season | None = None
    last: tuple[Standing, ...] = ()
    sprayings: tuple[Spraying, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """What was used before: so much of its last use as a form can offer again."""

    type: str
    name: str
    body: Mapping[str, Any]


def fields_of(membership: Membership) -> list[Field]:
    """List the plots on which a member may log now, the party's own before those of the farms that allowed it."""
    plots = list(_plots(membership)) if may_record(membership) else []
    newest = {season.plot_id: season for season in _seasons(plots)}
    histories = history.of_all(season.entity for season in newest.values())
    return [_field(plot, newest.get(plot.pk), histories) for plot in plots]


def products_of(fields: Iterable[Field]) -> list[Product]:
    """List what was spread and sprayed on these plots, each by its last use, the newest first."""
    said = [one for field in fields for one in field.last if "product" in one.body]
    found = {(one.type, one.body["product"]): one for one in sorted(said, key=lambda one: one.day)}
    return [Product(kind, name, one.body) for (kind, name), one in reversed(found.items())]


def _plots(membership: Membership) -> QuerySet[Plot]:
    mine = Q(holder=membership.organisation_id) | Q(holder__in=farms_helped_by(membership))
    ours_first = Q(holder=membership.organisation_id)
    found = Plot.objects.filter(mine, retired=False).select_related("holder")
    return found.annotate(is_own=ours_first).order_by("-is_own", "holder__name", "number", "pk")


def _seasons(plots: Iterable[Plot]) -> QuerySet[Season]:
    # The newest comes last, and so stands when the others were put into the same place.
    return Season.objects.filter(plot__in=list(plots)).order_by("opened_on", "pk")


def _field(plot: Plot, season: Season | None, histories: Mapping[str, list[history.Event]]) -> Field:
    if season is None:
        return Field(plot)
    told = [one for one in standing(histories[season.entity]) if one.type.startswith(_TOLD) and not one.withdrawn]
    told.sort(key=_place)
    newest = {(one.type, one.body.get("product")): one for one in told}
    last = sorted(newest.values(), key=_place)
    return Field(plot, season, tuple(last), tuple(sprayings(told)))


def _place(said: Standing) -> tuple[date, int]:
    return said.day, said.event.leaf.eseq
