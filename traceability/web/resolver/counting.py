"""Which requests are scans: a person's browser that opens a bag's page, and not the same one a moment ago.

A browser is told from another by a signed cookie that lives ten minutes, holds nothing but the time and is sent for
this one bag's page alone. Who keeps no cookies counts each time. Addresses and names of browsers are not kept.
"""

import re

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from traceability.models import BagCode
from traceability.services.scans import REST_SECONDS, count_scan

_COOKIE = "bag"
_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|java/|go-http|okhttp|headless|scan(ner)?\b",
    re.IGNORECASE,
)


def count(request: HttpRequest, bag: BagCode) -> bool:
    """Count a request where it is a scan, and say whether it was counted."""
    if not _is_a_persons(request) or _was_here(request, bag):
        return False
    count_scan(code=bag, at=timezone.now())
    return True


def remember(request: HttpRequest, response: HttpResponseBase, bag: BagCode) -> None:
    """Let the browser say, for ten minutes and for this bag's page only, that it was here."""
    response.set_cookie(
        _COOKIE,
        _signer(bag).sign("seen"),
        max_age=REST_SECONDS,
        path=request.path,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _is_a_persons(request: HttpRequest) -> bool:
    purpose = f"{request.headers.get('Purpose', '')} {request.headers.get('Sec-Purpose', '')}"
    agent = request.headers.get("User-Agent", "")
    return (
        request.method == "GET"
        and "text/html" in request.headers.get("Accept", "")
        and "prefetch" not in purpose
        and request.headers.get("Sec-Fetch-Dest", "document") == "document"
        and bool(agent)
        and not _MACHINES.search(agent)
    )


def _was_here(request: HttpRequest, bag: BagCode) -> bool:
    try:
        _signer(bag).unsign(request.COOKIES.get(_COOKIE, ""), max_age=REST_SECONDS)
    except BadSignature:
        return False
    return True


def _signer(bag: BagCode) -> TimestampSigner:
    return TimestampSigner(salt=f"bag {bag.pk}")
