"""For what a token is good: one farm's consent, a purpose and a loan (RFC 9396, authorization_details)."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from finance.oauth.errors import OAuthError

TYPE = "farm_score"
_MEMBERS = frozenset({"type", "consent_id", "purpose", "loan_ref"})
_MOST = 20
_MOST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that a token opens."""

    consent_id: UUID
    purpose: str
    loan_ref: str = ""

    def members(self) -> dict[str, str]:
        """Give it as JSON has it."""
        return {"type": TYPE, "consent_id": str(self.consent_id), "purpose": self.purpose, "loan_ref": self.loan_ref}


def read_details(text: str, *, purposes: frozenset[str]) -> tuple[Detail, ...]:
    """Read authorization_details. Raises OAuthError for unknown types, members and values (RFC 9396, 5)."""
    if len(text) > _MOST_TEXT:
        raise _wrong("too long")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong("not JSON") from error
    if not isinstance(found, list) or not 1 <= len(found) <= _MOST:
        raise _wrong(f"an array of 1 to {_MOST} objects")
    return tuple(_detail(one, purposes) for one in found)


def read_members(members: dict[str, str]) -> Detail:
    """Read one detail as `Detail.members` wrote it."""
    return Detail(UUID(members["consent_id"]), members["purpose"], members["loan_ref"])


def _detail(members: Any, purposes: frozenset[str]) -> Detail:
    if not isinstance(members, dict) or members.get("type") != TYPE or not members.keys() <= _MEMBERS:
        raise _wrong(f"objects of the type {TYPE} with {', '.join(sorted(_MEMBERS))}")
    purpose, loan_ref = members.get("purpose"), members.get("loan_ref", "")
    if not isinstance(purpose, str) or purpose not in purposes:
        raise _wrong(f"`purpose` is one of {', '.join(sorted(purposes))}")
    if not isinstance(loan_ref, str) or len(loan_ref) > 64 or not loan_ref.isprintable():
        raise _wrong("`loan_ref` is text of at most 64 characters")
    return Detail(consent_id=_uuid(members.get("consent_id")), purpose=purpose, loan_ref=loan_ref)


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise _wrong("`consent_id` is a UUID") from error


def _wrong(description: str) -> OAuthError:
    return OAuthError("invalid_authorization_details", description)
