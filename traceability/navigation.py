"""This app's entries in the navigation and on the start page."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.navigation import Entry
from traceability.queries.verification import open_findings


def _open_findings(_membership: Membership) -> int:
    return open_findings().count()


ENTRIES = (
    Entry(
        label=_("The log"),
        route="operator:log",
        place=50,
        explains=_("Size, checkpoints, verification, and what it found"),
        kinds=frozenset({OrganisationKind.OPERATOR}),
        count=_open_findings,
    ),
)
