"""Channels: where orders come from, who answers for them, and the key by which a machine signs what it sends."""

import secrets
from base64 import b64encode

from django.db import transaction

from accounts.models import Membership
from orders.access import check_owns, check_sells
from orders.enums import ChannelKind
from orders.models import Channel
from traceability import vault

# Standard Webhooks: 24 to 64 random bytes behind this prefix.
PREFIX = "whsec_"
_BYTES = 32


@transaction.atomic
def make_channel(*, code: str, name: str, kind: str, membership: Membership) -> Channel:
    """Set up a channel of the party's own. Raises NotYoursError, RefusedError."""
    check_sells(membership)
    return Channel.objects.create(
        organisation=membership.organisation, clerk=membership.user, code=code, name=name, kind=kind
    )


def own_channel(membership: Membership) -> Channel:
    """Give the channel for a seller's own customers, and make it where there is none. Raises NotYoursError."""
    found = Channel.objects.filter(organisation=membership.organisation, kind=ChannelKind.OWN).first()
    if found:
        return found
    code = f"own-{str(membership.organisation.public_id)[:8]}"
    return make_channel(code=code, name=membership.organisation.name, kind=ChannelKind.OWN, membership=membership)


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
