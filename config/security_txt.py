"""Where people who find a hole turn to: `/.well-known/security.txt` (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Less than a year, as RFC 9116, 2.5.5 recommends: a copy that somebody kept goes stale.
_GOOD_FOR = timedelta(days=180)


@require_safe
@cache_control(public=True, max_age=86_400)
def show(request: HttpRequest) -> HttpResponse:
    """Name the contact, how long this holds, and where the text stands."""
    expires = (timezone.now() + _GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: zh, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")
