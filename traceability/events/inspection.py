"""Events of inspection: lots that are held back, and let go again."""

from traceability.events.event_type import EventType
from traceability.events.kinds import UUID, Choice
from traceability.events.members import Member, Members, optional
from traceability.events.vocabulary import EVENT, notes
from traceability.msgids import gettext_noop as _

HOLD_REASONS = ("failed_test", "recall", "suspicion", "authority")
RELEASE_REASONS = ("tested_again", "cleared", "recall_closed", "mistake", "other")

INSPECTION = (
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
