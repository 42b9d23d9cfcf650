"""Sheets that a party sent."""

from django.db.models import QuerySet

from accounts.enums import OrganisationKind
from accounts.models import Membership
from traceability.enums import SheetKind
from traceability.models import SheetImport

_GROWERS = frozenset({OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE})


def imports_of(membership: Membership) -> QuerySet[SheetImport]:
    """List the sheets of the member's party, the newest first, without their content."""
    sent = SheetImport.objects.filter(party=membership.organisation_id)
    return sent.select_related("user").defer("sealed").order_by("-created_at", "pk")


def kinds_for(membership: Membership) -> list[SheetKind]:
    """List the kinds of sheet of use to a party: land and field work to who grows, intakes and orders to who trades."""
    kind = membership.organisation.kind
    grown = [SheetKind.PLOTS, SheetKind.GROWTH] if kind in _GROWERS else []
    return grown if kind == OrganisationKind.HOUSEHOLD else [*grown, SheetKind.INTAKES, SheetKind.ORDERS]
