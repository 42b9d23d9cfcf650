"""What a farmer says of sex and age for tests of fairness: given with a consent of its own, taken back at any time.

No consent to a bank covers it, no bank is shown it, and no score is made with it: docs/adr/0019.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.enums import OrganisationKind
from accounts.models import Membership, Organisation
from accounts.queries.memberships import acts_as, may_manage
from finance.enums import AgeBand, Sex
from finance.models.traits import Trait
from finance.notice import notice_sha256
from orders.services.events import say
from traceability.errors import NotYoursError, RefusedError
from traceability.services.entries import Entry, members
from traceability.services.transactions import business_transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said, either part of which may stay open, and the words that were read before."""

    notice: str
    sex: Sex | None = None
    age: AgeBand | None = None


@business_transaction
def give(*, said: Said, entry: Entry, membership: Membership, at: datetime) -> Trait:
    """Keep what the person who runs a household said, in place of what was said before.

    The log holds that it was given, and the hash of the words; never what was said, not even as a commitment. Raises
    NotYoursError, RefusedError.
    """
    farm = _own_household(membership)
    known = Trait.objects.filter(pk=entry.id, subject=farm).first()
    if known:
        return known
    if not (said.sex or said.age):
        raise RefusedError("", "trait_of_nothing")
    _erase(farm, entry=entry, membership=membership, at=at)
    made = Trait(
        pk=entry.id,
        subject=farm,
        sex=said.sex or "",
        age=said.age or "",
        notice=said.notice,
        given_by=membership.user,
        given_at=at,
    )
    body = members(notice_sha256=notice_sha256(said.notice))
    say("trait.given", made.entity, entry=entry, membership=membership, at=at, body=body)
    made.save(force_insert=True)
    return made


@business_transaction
def erase(*, entry: Entry, membership: Membership, at: datetime) -> None:
    """Delete what was said; where nothing was, nothing happens. Raises NotYoursError, RefusedError."""
    _erase(_own_household(membership), entry=entry, membership=membership, at=at)


def _own_household(membership: Membership) -> Organisation:
    """Lock the member's household, so that of two who say something at once the second replaces the first."""
    if not acts_as(membership, OrganisationKind.HOUSEHOLD):
        raise NotYoursError(f"organisation {membership.organisation_id}: is no household")
    if not may_manage(membership):
        raise RefusedError("", "consent_not_by_owner")
    return Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)


def _erase(farm: Organisation, *, entry: Entry, membership: Membership, at: datetime) -> None:
    known = Trait.objects.filter(subject=farm).first()
    if known is None:
        return
    own = Entry(id=entry.id_of(known.entity), time=entry.time)
    say("trait.erased", known.entity, entry=own, membership=membership, at=at)
    known.delete()
