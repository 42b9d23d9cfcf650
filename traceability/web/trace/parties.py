"""Who stands behind a record, in words: a household never by its name."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from traceability.ledger.leaf import Leaf
from traceability.msgids import gettext_noop
from traceability.queries.trace import Story

_ATTESTED: Mapping[str, str] = MappingProxyType(
    {
        "device": gettext_noop("Said by %(who)s's device"),
        "account": gettext_noop("Entered by %(who)s"),
        "sensor": gettext_noop("Measured by a sensor of %(who)s"),
        "import": gettext_noop("Imported from documents of %(who)s"),
    }
)
# How much of a record its own author vouches for, the strongest first, each with what it is called.
VOUCHERS: Mapping[str, str] = MappingProxyType(
    {
        "device": gettext_noop("signed on a phone"),
        "laboratory": gettext_noop("laboratory"),
        "sensor": gettext_noop("sensor"),
        "account": gettext_noop("entered by log-in"),
        "import": gettext_noop("from documents"),
    }
)


def party_name(party: Organisation | None) -> str:
    """Name a party as a stranger may know it."""
    if party is None:
        return _("an unknown party")
    return _("the farm household") if party.kind == OrganisationKind.HOUSEHOLD else party.name


def voucher_of(leaf: Leaf, story: Story) -> str:
    """Give the kind of whoever vouches for a record: one of VOUCHERS."""
    if leaf.sig is not None:
        return "device"
    party = story.parties.get(leaf.actor.party)
    if party and party.kind == OrganisationKind.LABORATORY:
        return "laboratory"
    # What a phone says without a signature is worth no more than its log-in.
    return "account" if leaf.actor.attested == "device" else leaf.actor.attested


def vouched_by(leaf: Leaf, story: Story) -> str:
    """Say who vouches for a record, and how the log knows."""
    party = story.parties.get(leaf.actor.party)
    who = party_name(party)
    if leaf.sig is not None:
        text = _("Signed with the key of %(who)s's device")
    elif party and party.kind == OrganisationKind.LABORATORY:
        text = _("Laboratory: %(who)s")
    else:
        text = _(_ATTESTED[leaf.actor.attested])
    said = text % {"who": who}
    if leaf.actor.on_behalf_of is None:
        return said
    # A helper's hand under another's name: whoever reads must see both.
    return _("%(said)s, on behalf of %(whom)s") % {
        "said": said,
        "whom": party_name(story.parties.get(leaf.actor.on_behalf_of)),
    }
