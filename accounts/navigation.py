"""What is in the navigation and on the start page; every app may have a module `navigation` with its own ENTRIES."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Membership


class Group(TextChoices):
    """The parts of the menu, in their order."""

    WORK = "work", _("Daily work")
    MARKET = "market", _("Buying and selling")
    TRUST = "trust", _("Tests, recalls and credit")
    SETTINGS = "settings", _("Organisation and account")


@dataclass(frozen=True, slots=True)
class Entry:
    """One link: to the view named `route`, for members of organisations of these kinds (None: of any kind).

    `place` sorts within the group (10 for what is done each day, 50 for now and then), `explains` says on the start
    page what one does there, `waits` gives what waits there, which is counted. It may look at the party's number, kind
    and powers, and at the member's role and number; nothing else is known of them when it is asked.
    """

    label: str | Promise
    route: str
    place: int
    group: Group = Group.WORK
    explains: str | Promise = ""
    kinds: frozenset[OrganisationKind] | None = None
    waits: Callable[[Membership], QuerySet[Any]] | None = None

    def is_for(self, membership: Membership) -> bool:
        """Whether the entry is for this member: of its kinds, and with the powers that the kind needs."""
        organisation = membership.organisation
        return self.kinds is None or (organisation.has_powers and organisation.kind in self.kinds)


ENTRIES = (
    Entry(
        label=_("Members and keys"),
        route="accounts:members",
        place=90,
        group=Group.SETTINGS,
        explains=_("Who may record for the organisation, and which machines"),
    ),
    Entry(
        label=_("Parties"),
        route="accounts:parties",
        place=91,
        group=Group.SETTINGS,
        explains=_("Act for another organisation, answer invitations, register a new one"),
    ),
    Entry(
        label=_("My account"),
        route="accounts:me",
        place=92,
        group=Group.SETTINGS,
        explains=_("Name, phone number and password"),
    ),
)
