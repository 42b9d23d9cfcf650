"""This app's entries in the navigation and on the start page."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.navigation import Entry, Group
from traceability.models import Finding, Sample
from traceability.queries.feedback import open_feedback
from traceability.queries.inspection import holds_in_force
from traceability.queries.lots import samples_given_to
from traceability.queries.plant import waiting_deliveries
from traceability.queries.recalls import unread_notices
from traceability.queries.scans import flagged_codes
from traceability.queries.verification import open_findings

_GROWERS = frozenset({OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE})
_MAKERS = _GROWERS | {OrganisationKind.PROCESSOR}
# Whoever takes goods in from others.
_TAKERS = frozenset({OrganisationKind.COOPERATIVE, OrganisationKind.PROCESSOR, OrganisationKind.MARKETPLACE})


def _waiting_samples(membership: Membership) -> QuerySet[Sample]:
    return samples_given_to(membership).filter(reported_on=None)


def _open_findings(_membership: Membership) -> QuerySet[Finding]:
    return open_findings()


ENTRIES = (
    Entry(
        label=_("My fields"),
        route="fields:home",
        place=5,
        explains=_("Record work in the field on a phone, with or without a network"),
        kinds=_GROWERS,
    ),
    Entry(
        label=_("Plots"),
        route="farm:plots",
        place=10,
        explains=_("Register land, begin a season, record what is done and seen"),
        kinds=_GROWERS,
    ),
    Entry(
        label=_("Samples"),
        route="inspection:desk",
        place=10,
        explains=_("Report on samples that were given to you"),
        kinds=frozenset({OrganisationKind.LABORATORY}),
        waits=_waiting_samples,
    ),
    Entry(
        label=_("Lots"),
        route="farm:lots",
        place=20,
        explains=_("Harvests and products, their tests and where they went"),
        kinds=_MAKERS | {OrganisationKind.LABORATORY, OrganisationKind.MARKETPLACE},
    ),
    Entry(
        label=_("Desk"),
        route="plant:desk",
        place=9,
        explains=_("What waits, what is held, and what was lost this month"),
        kinds=_TAKERS,
    ),
    Entry(
        label=_("Intake"),
        route="plant:intake",
        place=11,
        explains=_("Scan, weigh and accept what suppliers bring"),
        kinds=_TAKERS,
        waits=waiting_deliveries,
    ),
    Entry(
        label=_("Stock"),
        route="plant:stock",
        place=22,
        explains=_("What lies where; put away and count"),
        kinds=_TAKERS,
    ),
    Entry(
        label=_("Shipping"),
        route="plant:shipments",
        place=23,
        explains=_("Send lots to others, and see how they were weighed"),
        kinds=_MAKERS | _TAKERS,
    ),
    Entry(
        label=_("Losses"),
        route="plant:losses",
        place=24,
        explains=_("What was lost at which step and why, against 12 % and 6 %"),
        kinds=_MAKERS - {OrganisationKind.HOUSEHOLD},
    ),
    Entry(
        label=_("Incoming"),
        route="plant:incoming",
        place=25,
        explains=_("What is on the way, and what still grows at your suppliers"),
        kinds=_TAKERS,
    ),
    Entry(
        label=_("Processing"),
        route="plant:runs",
        place=21,
        explains=_("Dry, mill, shell or pack lots; the kilograms must add up"),
        kinds=_MAKERS,
    ),
    Entry(
        label=_("Inspection"),
        route="inspection:desk",
        place=30,
        group=Group.TRUST,
        explains=_("Samples and results, certificates, and lots that are held"),
        kinds=_MAKERS | {OrganisationKind.MARKETPLACE, OrganisationKind.REGULATOR},
        waits=holds_in_force,
    ),
    Entry(
        label=_("Labels"),
        route="labels:home",
        place=24,
        explains=_("Sheets with QR codes, serial numbers for single bags, and codes that look copied"),
        kinds=_MAKERS | {OrganisationKind.MARKETPLACE},
        waits=flagged_codes,
    ),
    Entry(
        label=_("Load a sheet"),
        route="imports:home",
        place=41,
        group=Group.SETTINGS,
        explains=_("Plots, field work or intakes from Excel or CSV, checked line by line"),
        kinds=_MAKERS | _TAKERS,
    ),
    Entry(
        label=_("Feedback"),
        route="feedback:list",
        place=40,
        group=Group.TRUST,
        explains=_("What consumers wrote about your lots, and your answers"),
        kinds=_MAKERS | {OrganisationKind.MARKETPLACE, OrganisationKind.REGULATOR},
        waits=open_feedback,
    ),
    Entry(
        label=_("Recall"),
        route="authority:desk",
        place=31,
        group=Group.TRUST,
        explains=_("Trace any code both ways, hold, recall, and answer recalls"),
        kinds=_MAKERS | {OrganisationKind.MARKETPLACE, OrganisationKind.REGULATOR},
        waits=unread_notices,
    ),
    Entry(
        label=_("The log"),
        route="operator:log",
        place=50,
        explains=_("Size, checkpoints, verification, and what it found"),
        kinds=frozenset({OrganisationKind.OPERATOR}),
        waits=_open_findings,
    ),
)
