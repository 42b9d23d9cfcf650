"""Events of inspection: lots that are held back and let go again, and the certificates of lots."""

import re

from traceability.events.event_type import EventType
from traceability.events.kinds import UUID, Choice, Pattern, Text
from traceability.events.members import ListOf, Member, Members, optional
from traceability.events.vocabulary import EVENT, KILOGRAMS, NAME, notes, the_day, typed_mass
from traceability.msgids import gettext_noop as _

CERTIFICATE_NUMBER = Pattern(re.compile(r"[0-9A-Za-z][0-9A-Za-z\-/]{0,39}"), "20260610-0001")
HOLD_REASONS = ("failed_test", "recall", "suspicion", "authority")
RELEASE_REASONS = ("tested_again", "cleared", "recall_closed", "mistake", "other")

# MARA order 2025 no. 4: the two forms of the certificate, and the three grounds on which one may promise.
CERTIFICATE_FORMS = ("producer", "buyer")
BASES = ("quality_control", "own_test", "entrusted_test")
VOID_REASONS = ("wrong_content", "quality_doubt", "quantity_changed", "superseded", "ordered", "other")
_MOST_BASES = 3

HOLDS = (
    EventType(
        name="lot.held",
        label=_("Lot held"),
        entities=("lot",),
        body=Members(
            Member("reason", Choice(HOLD_REASONS), _("reason")),
            # The report or the recall for which it is held.
            optional("ref", EVENT, _("on the strength of")),
        ),
        private=notes(),
    ),
    EventType(
        name="lot.released",
        label=_("Lot released"),
        entities=("lot",),
        # A lot may be held for several reasons at once: each hold is released by itself.
        body=Members(Member("hold", UUID, _("hold")), Member("reason", Choice(RELEASE_REASONS), _("reason"))),
        private=notes(),
    ),
)

CERTIFICATES = (
    EventType(
        name="certificate.issued",
        label=_("Conformity certificate issued"),
        entities=("lot",),
        body=Members(
            Member("number", CERTIFICATE_NUMBER, _("certificate number")),
            Member("form", Choice(CERTIFICATE_FORMS), _("form")),
            Member("promise", Text(200), _("promise")),
            Member("basis", ListOf(Choice(BASES), _MOST_BASES), _("basis")),
            Member("product", Text(120), _("product")),
            Member("kg", KILOGRAMS, _("quantity, kg")),
            typed_mass(),
            Member("origin", Text(120), _("place of origin")),
            the_day(_("day of issue")),
        ),
        # Whom to call, and who signed: on the paper for whoever buys, and in the log for nobody.
        private=notes(Member("contact", NAME, _("contact")), optional("signatory", NAME, _("who signed"))),
    ),
    EventType(
        name="certificate.voided",
        label=_("Conformity certificate voided"),
        entities=("lot",),
        body=Members(
            Member("certificate", UUID, _("certificate")), Member("reason", Choice(VOID_REASONS), _("reason"))
        ),
        private=notes(),
    ),
    EventType(
        name="certificate.collected",
        label=_("Conformity certificate collected"),
        entities=("lot",),
        body=Members(Member("certificate", UUID, _("certificate")), the_day(_("day"))),
        private=notes(),
    ),
)

INSPECTION = (*HOLDS, *CERTIFICATES)
