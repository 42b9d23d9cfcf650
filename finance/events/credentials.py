"""What the log is told of certificates: that one was made, of which score, and that it was taken back."""

from traceability.events import EventType, Member, Members, Place
from traceability.events.kinds import SHA256, Day, entity
from traceability.events.members import fixed
from traceability.msgids import gettext_noop as _

EVENTS = (
    EventType(
        name="credential.issued",
        label=_("Certificate made"),
        entities=("credential",),
        place=Place.FIRST,
        body=Members(
            fixed("score", entity("score"), _("score")),
            Member("until", Day(), _("until")),
            Member("document_sha256", SHA256, _("SHA-256 of the certificate")),
        ),
    ),
    EventType(name="credential.revoked", label=_("Certificate taken back"), entities=("credential",)),
)
