"""Tokens of banks' machines, which live for minutes."""

from datetime import datetime

from django.db.models import Q
from oauth2_provider.models import get_access_token_model, get_grant_model, get_refresh_token_model

from finance.models import PushedRequest


def forget_tokens(*, before: datetime) -> int:
    """Delete tokens, codes and pushed requests that ended before a moment, with what they were bound to; tell how many.

    What a bank asked and got stands in the book of questions, which keeps its own time.
    """
    # One that can still be renewed stays with its refresh token, by which a stolen one is found out.
    tokens = get_access_token_model().objects.filter(expires__lt=before)
    alive = get_refresh_token_model().objects.filter(Q(revoked=None) | Q(revoked__gte=before))
    deleted: int = tokens.exclude(refresh_token__in=alive).delete()[0]
    deleted += get_grant_model().objects.filter(expires__lt=before).delete()[0]
    return deleted + PushedRequest.objects.filter(expires_at__lt=before).delete()[0]
