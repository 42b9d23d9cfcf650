"""What of log-ins and invitations goes away by itself."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from accounts.models import Invitation


def forget_sessions(*, before: datetime) -> int:
    """Delete log-ins whose time was over before a moment, with the codes that lie in them; tell how many."""
    gone = Session.objects.filter(expire_date__lt=before).delete()[0]
    # With where they came from: an address and a browser's name.
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return gone


def forget_invitations(*, before: datetime) -> int:
    """Delete invitations that nobody has answered, with the phone numbers in them; tell how many."""
    return Invitation.objects.filter(invited_at__lt=before).delete()[0]
