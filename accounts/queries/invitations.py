"""Invitations, seen from both sides."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Invitation, Organisation, User


def invitations_to(user: User | AnonymousUser) -> QuerySet[Invitation]:
    """List what a user is invited to; only who has proven to have the number sees it."""
    found = Invitation.objects.select_related("organisation", "invited_by").order_by("invited_at", "pk")
    if not isinstance(user, User) or not user.phone_verified:
        return found.none()
    return found.filter(phone=user.phone)


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """List whom an organisation has invited and who has not answered, oldest first."""
    return Invitation.objects.filter(organisation=organisation).order_by("invited_at", "pk")
