"""This app's entries in the navigation and on the start page."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.navigation import Entry, Group
from finance.enums import CardState
from finance.models import Dispute, Scorecard
from finance.queries.own import open_disputes

_FARMS = frozenset({OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE})


def _to_answer(_membership: Membership) -> QuerySet[Dispute]:
    return open_disputes()


def _to_approve(_membership: Membership) -> QuerySet[Scorecard]:
    return Scorecard.objects.filter(state=CardState.REGISTERED)


ENTRIES = (
    Entry(
        label=_("Ask by consent"),
        route="bank:home",
        place=20,
        explains=_("Ask by a farmer's consent, read the reasons, download the evidence"),
        kinds=frozenset({OrganisationKind.BANK}),
    ),
    Entry(
        label=_("Credit"),
        route="credit:home",
        place=30,
        group=Group.TRUST,
        explains=_("Your score in plain words, which bank may ask, and who asked"),
        kinds=_FARMS,
    ),
    Entry(
        label=_("Disputed scores"),
        route="credit:disputes_waiting",
        place=31,
        group=Group.TRUST,
        explains=_("What farms hold to be wrong; each is answered within 20 days"),
        kinds=frozenset({OrganisationKind.OPERATOR}),
        waits=_to_answer,
    ),
    Entry(
        label=_("Credit in figures"),
        route="credit:figures",
        place=55,
        group=Group.TRUST,
        explains=_("Consents and loans by county, of eleven farms or more"),
        kinds=frozenset({OrganisationKind.REGULATOR, OrganisationKind.OPERATOR}),
    ),
    Entry(
        label=_("Scorecards"),
        route="cards:all",
        place=32,
        group=Group.TRUST,
        explains=_("Which card makes scores, what it is watched by, and what waits for your approval"),
        kinds=frozenset({OrganisationKind.OPERATOR}),
        waits=_to_approve,
    ),
)
