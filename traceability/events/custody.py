"""Events about records themselves: who may sign them, what was erased from them, what is kept back."""

import re

from traceability.events.event_type import EventType, Place
from traceability.events.kinds import SHA256, UUID, Choice, Pattern, Whole
from traceability.events.members import ListOf, Member, Members, optional
from traceability.events.vocabulary import NAME, notes
from traceability.msgids import gettext_noop as _

_EVERYWHERE = ("epcis", "key", "lot", "plot", "process", "recall", "season")
# Apps above have personal values on histories of their own, which can be erased as well.
_ERASED = (*_EVERYWHERE, "consent", "dispute", "loan", "order")

# A name without spaces or pluses, the key's id, and 33 bytes in base64 (c2sp.org/signed-note).
_VKEY = Pattern(re.compile(r"[^\s+]{1,120}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}"), "name+1d2e3f40+44 base64 characters")

CUSTODY = (
    EventType(
        name="key.add",
        label=_("Signing key added"),
        entities=("key",),
        place=Place.FIRST,
        body=Members(
            Member(
                "public", Pattern(re.compile(r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="), "44 base64 characters"), _("key")
            ),
            # 64 bytes: of the last character only the first two bits count.
            Member("proof", Pattern(re.compile(r"[A-Za-z0-9+/]{85}[AQgw]=="), "88 base64 characters"), _("proof")),
        ),
        private=notes(optional("label", NAME, _("name of the device"))),
    ),
    EventType(
        name="key.revoke",
        label=_("Signing key revoked"),
        entities=("key",),
        body=Members(
            Member("reason", Choice(("replaced", "lost", "stolen", "left", "other")), _("reason")),
        ),
        private=notes(),
    ),
    EventType(
        name="key.rotate",
        label=_("Key of the log rotated"),
        entities=("logkey",),
        place=Place.FIRST,
        body=Members(
            Member("vkey", _VKEY, _("key")),
            Member("replaces", _VKEY, _("key that it takes over from")),
        ),
    ),
    EventType(
        name="personal.erased",
        label=_("Personal data erased"),
        entities=_ERASED,
        body=Members(
            Member("record", UUID, _("record")),
            Member("eseq", Whole(), _("number in the history")),
            Member("paths", ListOf(Pattern(re.compile(r"[a-z][a-z0-9_.]{0,159}"), "holder_name"), 100), _("members")),
            Member("reason", Choice(("asked", "no_longer_needed", "ordered", "mistake", "other")), _("reason")),
        ),
        private=notes(),
    ),
    EventType(
        name="attachment.withheld",
        label=_("File withheld"),
        entities=_EVERYWHERE,
        body=Members(
            Member("sha256", SHA256, _("SHA-256 of the file")),
            Member("reason", Choice(("personal", "secret", "unlawful", "lost", "other")), _("reason")),
        ),
        private=notes(),
    ),
)
