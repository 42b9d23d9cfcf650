"""What of log-ins and invitations goes away by itself."""

from datetime import datetime

from django.contrib.sessions.models import Session

from accounts.models import Invitation


def forget_sessions(*, before: datetime) -> int:
    """Delete log-ins whose time was over before a moment, with the codes that lie in them; tell how many."""
    return Session.objects.filter(expire_date__lt=before).delete()[0]


def forget_invitations(*, before: datetime) -> int:
    """Delete invitations that nobody has answered, with the phone numbers in them; tell how many."""
    return Invitation.objects.filter(invited_at__lt=before).delete()[0]
