"""Channels: where orders come from, who answers for them, and the key by which a machine signs what it sends."""

import secrets
from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from accounts.enums import Role
from accounts.models import Membership
from accounts.queries.memberships import members_of, membership_for
from orders.access import check_owns, check_sells
from orders.enums import ChannelKind
from orders.models import Campaign, Channel
from traceability import vault
from traceability.errors import NotYoursError, RefusedError

# Standard Webhooks: 24 to 64 random bytes behind this prefix.
PREFIX = "whsec_"
_BYTES = 32


@transaction.atomic
def make_channel(*, code: str, name: str, kind: str, membership: Membership) -> Channel:
    """Set up a channel of the party's own. Raises NotYoursError, RefusedError."""
    check_sells(membership)
    said = {"organisation": membership.organisation, "clerk": membership.user, "name": name, "kind": kind}
    made, is_new = Channel.objects.get_or_create(code=code, defaults=said)
    if not is_new:
        raise RefusedError("/code", "channel_code_taken")
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A campaign within a channel: its code in an address or a QR tells which orders it brought."""

    code: str
    name: str
    starts_on: date
    ends_on: date


@transaction.atomic
def make_campaign(*, channel: Channel, sale: Sale, membership: Membership) -> Campaign:
    """Set up a campaign in a channel of the party's own. Raises NotYoursError, RefusedError."""
    check_owns(membership, channel.organisation)
    if channel.campaigns.filter(code=sale.code).exists():
        raise RefusedError("/code", "channel_code_taken")
    if sale.ends_on < sale.starts_on:
        raise RefusedError("/ends_on", "ends_before_it_starts")
    facts = {name: getattr(sale, name) for name in Sale.__slots__}
    return Campaign.objects.create(channel=channel, **facts)


def own_channel(membership: Membership, kind: str = ChannelKind.OWN) -> Channel:
    """Give the channel for a seller's own customers, or for its own needs, and make it where there is none.

    Raises NotYoursError, RefusedError.
    """
    own = Channel.objects.filter(organisation=membership.organisation, kind=kind).order_by("pk")
    found = own.first()
    if found:
        return found
    said: dict[str, Any] = {"name": membership.organisation.name, "kind": kind, "membership": membership}
    try:
        return make_channel(code=f"{kind.lower()}-{str(membership.organisation.public_id)[:8]}", **said)
    except RefusedError:
        # The first two customers came at once; or somebody else took the code, which is no secret.
        return own.first() or make_channel(code=f"{kind.lower()}-{secrets.token_hex(8)}", **said)


def answering_for(channel: Channel) -> Membership:
    """Give who answers for what comes through a channel: who set it up, else the party's first owner.

    A customer has no log-in: what one says on an order's own page is recorded by this member. Raises NotYoursError.
    """
    clerk = membership_for(channel.clerk, channel.organisation)
    found = clerk or members_of(channel.organisation).filter(role=Role.OWNER).first()
    if found is None:
        raise NotYoursError(f"channel {channel.pk}: nobody answers for it")
    return found


@transaction.atomic
def new_secret(*, channel: Channel, membership: Membership) -> str:
    """Draw a new key for a channel's webhooks, and tell it this once. Raises NotYoursError, RefusedError."""
    check_owns(membership, channel.organisation)
    secret = PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()
    channel.sealed_secret = vault.seal(b"", secret)
    channel.save(update_fields=["sealed_secret"])
    return secret


def secret_of(channel: Channel) -> str:
    """Give a channel's key; nothing where it has none. Raises VaultError."""
    if not channel.sealed_secret:
        return ""
    _salt, value = vault.unseal(bytes(channel.sealed_secret))
    return str(value)
