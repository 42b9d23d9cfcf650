"""This app's entries in the navigation and on the start page."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import MAKERS, OrganisationKind
from accounts.models import Membership
from accounts.navigation import Entry, Group
from orders.enums import AllocationState, RunState
from orders.models import Allocation, MatchRun
from orders.queries.parties import delivered_to, sold_by

_GROWERS = frozenset({OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE})


def _to_pick(membership: Membership) -> QuerySet[Allocation]:
    return sold_by(membership).filter(state=AllocationState.FIRM)


def _to_accept(membership: Membership) -> QuerySet[Allocation]:
    return delivered_to(membership).filter(state=AllocationState.DELIVERED)


def _to_sign(_membership: Membership) -> QuerySet[MatchRun]:
    return MatchRun.objects.filter(state=RunState.PROPOSED)


ENTRIES = (
    Entry(
        label=_("Sell ahead"),
        route="market:growing",
        place=26,
        group=Group.MARKET,
        explains=_("What you plan to grow, what is sold of it, and when the money comes"),
        kinds=_GROWERS,
        waits=_to_pick,
    ),
    Entry(
        label=_("Presale"),
        route="market:selling",
        place=27,
        group=Group.MARKET,
        explains=_("What you offer ahead, and the orders that came"),
        kinds=frozenset(MAKERS) - {OrganisationKind.HOUSEHOLD},
    ),
    Entry(
        label=_("Deliveries and money"),
        route="market:dealing",
        place=28,
        group=Group.MARKET,
        explains=_("What growers bring for your orders, and what you owe them"),
        kinds=frozenset(MAKERS) - {OrganisationKind.HOUSEHOLD},
        waits=_to_accept,
    ),
    Entry(
        label=_("Demand board"),
        route="market:board",
        place=28,
        group=Group.MARKET,
        explains=_("What is needed by whom, and what growers expect to harvest"),
        kinds=frozenset({*MAKERS, OrganisationKind.OPERATOR}),
    ),
    Entry(
        label=_("Market"),
        route="market:home",
        place=29,
        group=Group.MARKET,
        explains=_("What is ordered and planned, matched, short and unsold"),
        kinds=frozenset(MAKERS),
    ),
    Entry(
        label=_("Market"),
        route="market:home",
        place=10,
        group=Group.MARKET,
        explains=_("What is ordered and planned, matched, short and unsold; runs that wait for you"),
        kinds=frozenset({OrganisationKind.OPERATOR}),
        waits=_to_sign,
    ),
)
