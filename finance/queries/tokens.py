"""What stands behind a token: read anew at each request, so that nothing that was revoked still opens anything."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from accounts.models import Membership, Organisation, User
from traceability.hot_statements import RowsStatement, run

# One statement, prepared, and not a tree of models: every query of a bank waits for it, and to put the tree together or
# to plan the joins anew takes longer than to find the rows.
_FOUND = RowsStatement(
    "suyuan_token",
    """
SELECT binding.method, binding.thumbprint, binding.details::text,
       client.id, application.client_id, client.key_set::text,
       person.id, person.public_id, person.is_active,
       party.id, party.public_id, party.kind, party.name, party.confirmed_at,
       member.id, member.role
FROM oauth2_provider_accesstoken AS token
JOIN finance_tokenbinding AS binding ON binding.token_id = token.id
JOIN finance_bankclient AS client ON client.id = binding.client_id AND client.revoked_at IS NULL
JOIN oauth2_provider_application AS application ON application.id = client.application_id
JOIN accounts_user AS person ON person.id = client.registered_by_id
JOIN accounts_organisation AS party ON party.id = client.organisation_id
LEFT JOIN accounts_membership AS member ON member.user_id = person.id AND member.organisation_id = party.id
WHERE token.token_checksum = $1 AND token.expires > $2
""",
    *("text", "timestamptz"),
)
# In the order of the models, as `from_db` takes them.
_PERSON = ("id", "public_id", "is_active")
_PARTY = ("id", "public_id", "kind", "name", "confirmed_at")
_MEMBER = ("id", "user_id", "organisation_id", "role")


@dataclass(frozen=True, slots=True, kw_only=True)
class BankToken:
    """A token that counts: how it is bound and for what it is good; the machine, its bank, and who registered it.

    `member` is None where who registered the machine has left the bank.
    """

    method: str
    thumbprint: str
    details: tuple[dict[str, str], ...]
    client: int
    client_id: str
    key_set: dict[str, Any]
    bank: Organisation
    person: User
    member: Membership | None


def token_standing(token: str, *, at: datetime) -> BankToken | None:
    """Look a token up; None where there is none, it is over, its machine is let in no more, or its bank has no powers.

    Of person and bank only those columns are there at once that name them; others are read when they are asked for.
    """
    (rows,) = run(_FOUND.on([(hashlib.sha256(token.encode()).hexdigest(), at)]))
    if not rows:
        return None
    (row,) = rows
    person = User.from_db(DEFAULT_DB_ALIAS, _PERSON, row[6:9])
    bank = Organisation.from_db(DEFAULT_DB_ALIAS, _PARTY, row[9:14])
    if not bank.has_powers:
        return None
    return BankToken(
        method=row[0],
        thumbprint=row[1],
        details=tuple(json.loads(row[2])),
        client=row[3],
        client_id=row[4],
        key_set=json.loads(row[5]),
        bank=bank,
        person=person,
        member=_member(row[14:], person, bank),
    )


def _member(columns: tuple[Any, ...], person: User, bank: Organisation) -> Membership | None:
    if columns[0] is None:
        return None
    member = Membership.from_db(DEFAULT_DB_ALIAS, _MEMBER, (columns[0], person.pk, bank.pk, columns[1]))
    member.user, member.organisation = person, bank
    return member
