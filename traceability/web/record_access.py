"""Which records a member may read and put right, and on which pages they stand."""

from uuid import UUID

from django.http import Http404
from django.urls import reverse

from accounts.models import Membership
from traceability.models import Season
from traceability.projections.standing import Standing
from traceability.queries import records

_PAGES = {"plot": "farm:plot", "season": "farm:season", "lot": "farm:lot"}


def own_record(membership: Membership, record_id: UUID) -> Standing:
    """Find a record that the member's own party said. Raises Http404."""
    found = records.find(record_id)
    if found is None or found.event.leaf.actor.speaks_for != str(membership.organisation.public_id):
        raise Http404
    return found


def visible_record(membership: Membership, record_id: UUID) -> Standing:
    """Find a record on something that the member may see. Raises Http404."""
    found = records.find_visible(membership, record_id)
    if found is None:
        raise Http404
    return found


def page_of(said: Standing) -> str:
    """Give the address of the page on which a record stands; of a season that was withdrawn only its plot has one."""
    if said.type == "season.opened" and said.withdrawn:
        return reverse("farm:plot", args=[said.body["plot"].partition(":")[2]])
    prefix, _, name = said.event.leaf.entity.partition(":")
    return reverse(_PAGES[prefix], args=[name]) if prefix in _PAGES else reverse("home")


def season_of(said: Standing) -> Season | None:
    """Find the season on which a record stands."""
    prefix, _, name = said.event.leaf.entity.partition(":")
    return Season.objects.select_related("plot").filter(pk=name).first() if prefix == "season" else None
