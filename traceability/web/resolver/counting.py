"""Which requests are scans: a person's browser that opens a bag's page, and not the same one a moment ago.

A browser is told from another by a signed cookie that lives ten minutes, holds nothing but the time and is sent for
this one bag's page alone. Who keeps no cookies is known by the address, so that one person cannot make a bag look
copied: the cache, and nothing else, keeps for these ten minutes a keyed hash of address, bag and a salt that is drawn
anew each day and forgotten. Neither addresses nor names of browsers are kept. Where the cache is down the cookie alone
decides.
"""

import re
import secrets
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.soft_cache import soft_cache
from traceability.models import BagCode
from traceability.services.scans import REST_SECONDS, count_scan

_COOKIE = "bag"
_DAY_SECONDS = 86_400
_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|java/|go-http|okhttp|headless|scan(ner)?\b",
    re.IGNORECASE,
)


def count(request: HttpRequest, bag: BagCode) -> bool:
    """Count a request where it is a scan, and say whether it was counted."""
    if not _is_a_persons(request) or _was_here(request, bag):
        return False
    at = timezone.now()
    place = _place(request, bag, at)
    if at.timestamp() - soft_cache.get(place, 0.0) < REST_SECONDS:
        return False
    soft_cache.set(place, at.timestamp(), REST_SECONDS)
    count_scan(code=bag, at=at)
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


def _place(request: HttpRequest, bag: BagCode, at: datetime) -> str:
    """Name the place from which a bag is scanned, so that nobody can tell the address from the name."""
    day = f"scan-salt:{at:%Y-%m-%d}"
    salt = soft_cache.get(day, "")
    if not salt:
        # Two at once draw two, of which one stays: the first scan of a day may count twice.
        salt = secrets.token_hex(32)
        soft_cache.set(day, salt, _DAY_SECONDS)
    address = get_adapter().get_client_ip(request)
    return f"scanned:{salted_hmac(salt, f'{bag.gtin} {bag.serial} {address}', algorithm='sha256').hexdigest()}"


def _signer(bag: BagCode) -> TimestampSigner:
    return TimestampSigner(salt=f"bag {bag.pk}")
