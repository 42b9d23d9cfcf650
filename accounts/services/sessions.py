"""Log-ins and their ends: a session that is ended opens nothing from its next request on."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.errors import NotYoursError
from accounts.models import User


@transaction.atomic
def end_session(*, user: User, number: int) -> None:
    """End one log-in of this user. Raises NotYoursError."""
    if not _end(user=user, pk=number):
        raise NotYoursError


@transaction.atomic
def end_other_sessions(*, user: User, keep: str | None) -> int:
    """End all log-ins of a user but the one with this key; tell how many."""
    keys = UserSession.objects.filter(user=user).exclude(session_key=keep).values_list("pk", flat=True)
    return sum(_end(user=user, pk=pk) for pk in keys)


@transaction.atomic
def rename_session(*, old: str | None, new: str | None) -> None:
    """Follow a session that goes on under a new key."""
    UserSession.objects.filter(session_key=old).update(session_key=new)


def _end(*, user: User, pk: int) -> bool:
    found = UserSession.objects.filter(user=user, pk=pk).first()
    if found:
        Session.objects.filter(session_key=found.session_key).delete()
        found.delete()
    return found is not None
