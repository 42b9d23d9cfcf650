"""Banks' machines: registered by the bank's owner with public keys alone; no secret ever exists here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from oauth2_provider.models import AbstractApplication, get_access_token_model, get_application_model

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.queries.memberships import acts_as, may_manage
from finance.models import BankClient
from finance.oauth import OAuthError, check_key_set
from traceability.errors import NotYoursError, RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a bank says of a machine. `redirect_uris` may be empty: then no farmer is sent to it with a code."""

    name: str
    key_set: Mapping[str, Any]
    redirect_uris: tuple[str, ...] = field(default=())
    cert_thumbprint: str = ""


@transaction.atomic
def register_client(*, registration: Registration, membership: Membership, at: datetime) -> BankClient:
    """Register a machine of a bank. Raises NotYoursError, RefusedError."""
    _check_manages(membership)
    _check_keys(registration.key_set)
    application = get_application_model().objects.create(
        name=registration.name,
        client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
        authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
        redirect_uris=" ".join(registration.redirect_uris),
        # Nobody is told it, and no authentication by secret is offered.
        hash_client_secret=True,
    )
    return BankClient.objects.create(
        application=application,
        organisation=membership.organisation,
        registered_by=membership.user,
        registered_at=at,
        key_set=dict(registration.key_set),
        cert_thumbprint=registration.cert_thumbprint,
    )


def replace_keys(*, client: BankClient, key_set: Mapping[str, Any], membership: Membership) -> BankClient:
    """Put other public keys in the place of a machine's; the tokens that it has end. Raises as `register_client`."""
    _check_own(client, membership)
    _check_keys(key_set)
    with transaction.atomic():
        client.key_set = dict(key_set)
        client.save(update_fields=["key_set"])
        get_access_token_model().objects.filter(application=client.application).delete()
    return client


@transaction.atomic
def add_key(*, client: BankClient, key: Any, membership: Membership) -> BankClient:
    """Put one more public key beside a machine's, so that old and new both count while the machine changes over.

    Raises as `register_client` does.
    """
    locked = _locked(client, membership)
    key_set = {"keys": [*locked.key_set["keys"], key]}
    _check_keys(key_set, pointer="/key")
    locked.key_set = key_set
    locked.save(update_fields=["key_set"])
    return locked


@transaction.atomic
def remove_key(*, client: BankClient, kid: str, membership: Membership) -> BankClient:
    """Take a key of a machine away; the tokens that it has end, since that key may have opened them.

    Raises NotYoursError; RefusedError where there is no such key, or no other.
    """
    locked = _locked(client, membership)
    left = [one for one in locked.key_set["keys"] if one["kid"] != kid]
    if len(left) == len(locked.key_set["keys"]):
        raise RefusedError("/kid", "client_key_unknown")
    if not left:
        raise RefusedError("/kid", "client_last_key")
    return replace_keys(client=locked, key_set={"keys": left}, membership=membership)


def revoke_client(*, client: BankClient, membership: Membership, at: datetime) -> BankClient:
    """Let a machine in no more, at once. Raises NotYoursError."""
    _check_own(client, membership)
    with transaction.atomic():
        BankClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=at)
        get_access_token_model().objects.filter(application=client.application).delete()
    client.refresh_from_db()
    return client


def _check_manages(membership: Membership) -> None:
    if not acts_as(membership, OrganisationKind.BANK):
        raise NotYoursError(f"organisation {membership.organisation_id}: is no confirmed bank")
    if not may_manage(membership):
        raise RefusedError("", "client_not_by_owner")


def _check_own(client: BankClient, membership: Membership) -> None:
    if client.organisation_id != membership.organisation_id:
        raise NotYoursError(f"client {client.pk}: is another bank's")
    _check_manages(membership)


def _locked(client: BankClient, membership: Membership) -> BankClient:
    _check_own(client, membership)
    found = BankClient.objects.select_for_update(of=("self",)).select_related("application", "organisation")
    return found.get(pk=client.pk)


def _check_keys(key_set: Mapping[str, Any], *, pointer: str = "/key_set") -> None:
    try:
        check_key_set(key_set)
    except OAuthError as error:
        raise RefusedError(pointer, "client_keys_refused", reason=error.description) from error
