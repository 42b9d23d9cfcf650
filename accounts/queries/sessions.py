"""Where somebody is logged in."""

from collections.abc import Sequence

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User


def sessions_of(user: User) -> Sequence[UserSession]:
    """List the log-ins of a user that still open something, the newest first."""
    return list(_live().filter(user=user).order_by("-created_at", "-pk"))


def _live() -> QuerySet[UserSession]:
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(session_key__in=live)  # type: ignore[no-any-return]
