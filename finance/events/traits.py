"""What the log is told of sex and age said for tests of fairness: that it was given and erased, never what."""

from traceability.events import EventType, Member, Members, Place
from traceability.events.kinds import SHA256
from traceability.msgids import gettext_noop as _

EVENTS = (
    EventType(
        name="trait.given",
        label=_("Sex or age given for tests of fairness"),
        entities=("trait",),
        place=Place.FIRST,
        body=Members(Member("notice_sha256", SHA256, _("SHA-256 of the notice"))),
    ),
    EventType(
        name="trait.erased",
        label=_("Sex and age erased"),
        entities=("trait",),
        place=Place.LATER,
    ),
)
