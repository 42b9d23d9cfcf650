"""Plots and seasons, as far as a member may see them."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from accounts.models import Membership
from traceability.models import Plot, Season


def plots_visible_to(membership: Membership) -> QuerySet[Plot]:
    """List the plots of the member's party, those still farmed first, by number."""
    held = Plot.objects.filter(holder=membership.organisation_id)
    return held.select_related("holder").order_by("retired", "number", "pk")


def plots_with_seasons(membership: Membership) -> QuerySet[Plot]:
    """List the same plots, each with its seasons, the newest first: two statements, however many plots there are."""
    newest_first = Season.objects.order_by("-opened_on", "pk")
    return plots_visible_to(membership).prefetch_related(Prefetch("seasons", queryset=newest_first))


def seasons_visible_to(membership: Membership) -> QuerySet[Season]:
    """List the seasons on plots of the member's party, the newest first."""
    grown = Season.objects.filter(plot__holder=membership.organisation_id)
    return grown.select_related("plot__holder").order_by("-opened_on", "plot__number", "pk")


def entity_is_visible_to(membership: Membership, entity: str) -> bool:
    """Tell whether a member may read the history of an entity, private members included."""
    prefix, _, name = entity.partition(":")
    if prefix == "plot":
        return plots_visible_to(membership).filter(pk=UUID(name)).exists()
    if prefix == "season":
        return seasons_visible_to(membership).filter(pk=UUID(name)).exists()
    return False
