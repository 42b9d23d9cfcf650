"""Who belongs to which organisation, and for which one a request acts."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.enums import OrganisationKind, Role
from accounts.kept_queries import KeptQuery
from accounts.models import Membership, Organisation, User

# Where a session keeps the organisation for which its user acts.
SESSION_KEY = "acting_organisation"


def memberships_of(user: User | AnonymousUser) -> QuerySet[Membership]:
    """List a user's memberships with their organisations, oldest first; none for who is not logged in."""
    found = Membership.objects.select_related("organisation", "user")
    return found.filter(user_id=user.pk).order_by("pk") if user.pk else found.none()


def organisations_of(user: User | AnonymousUser) -> QuerySet[Organisation]:
    """List the organisations for which a user may act, oldest membership first."""
    return Organisation.objects.filter(memberships__in=memberships_of(user)).order_by("memberships__pk")


def membership_for(user: User | AnonymousUser, organisation: Organisation) -> Membership | None:
    """Find a user's membership of one organisation; None where there is none."""
    return memberships_of(user).filter(organisation=organisation).first()


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """List an organisation's members with their users, oldest first."""
    return Membership.objects.select_related("user").filter(organisation=organisation).order_by("pk")


# As `memberships_of` has it, but without the user, who is there already.
_OF_USER = KeptQuery(
    lambda marks: Membership.objects.select_related("organisation").filter(user_id=marks.number()).order_by("pk")
)


def chosen_membership(*, user: User | AnonymousUser, organisation_id: object) -> Membership | None:
    """Find the membership that a session has chosen, or the user's oldest where that is none of theirs (any more)."""
    if not isinstance(user, User) or not user.pk:
        return None
    memberships = _OF_USER.all(user.pk)
    chosen = next((one for one in memberships if one.organisation_id == organisation_id), None)
    found = chosen or next(iter(memberships), None)
    if found:
        found.user = user
    return found


def acting_membership(request: HttpRequest) -> Membership | None:
    """Tell by which membership a request acts; None for strangers and for machines, which have keys instead."""
    return getattr(request, "membership", None)


def may_record(membership: Membership) -> bool:
    """Whether a member may write records: not a viewer, and not for an organisation that waits for confirmation."""
    return membership.role in {Role.OWNER, Role.RECORDER} and membership.organisation.has_powers


def may_manage(membership: Membership) -> bool:
    """Whether a member may change who belongs to the organisation and which machines speak for it."""
    return membership.role == Role.OWNER


def acts_as(membership: Membership | None, *kinds: OrganisationKind) -> bool:
    """Whether a member acts for an organisation of one of these kinds that has the powers of its kind."""
    return membership is not None and membership.organisation.has_powers and membership.organisation.kind in kinds
