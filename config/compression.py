"""Compresses what is the same for every reader, so that a page is small on the wire without a front, too.

An answer that mixes a secret with what a stranger chose tells the secret by its length once it is compressed (BREACH).
So only answers are compressed for which neither the session nor a form's token were looked at. Whoever comes with a
credential of another kind is a program, and gets the bytes as they are.
"""

import zlib
from collections.abc import Callable
from functools import lru_cache

import brotli
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

_LEAST_BYTES = 500
_KINDS = ("text/", "application/json", "application/ld+json", "application/linkset+json", "image/svg+xml")
# Level 5 of brotli takes as long as level 6 of gzip, and gives a tenth less.
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
# Some megabytes in each process.
_MOST_KEPT = 64
_LARGEST_KEPT = 128 * 1024
_GZIP_FORMAT = 31  # zlib's name for deflate with gzip's header and trailer


class CompressionMiddleware:
    """Sends public pages by brotli or gzip to who reads these."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on, and compress what may be."""
        response = self._get_response(request)
        if not isinstance(response, HttpResponse) or not _may_be(request, response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        encoding = _encoding(request.headers.get("Accept-Encoding", ""))
        if encoding:
            _compress(response, encoding)
        return response


def _may_be(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        len(response.content) >= _LEAST_BYTES
        and response.get("Content-Type", "").startswith(_KINDS)
        and not response.has_header("Content-Encoding")
        and not _is_personal(request)
    )


def _is_personal(request: HttpRequest) -> bool:
    session = getattr(request, "session", None)
    return (
        (session is not None and session.accessed)
        # What Django notes when a form's token is made (django.middleware.csrf.get_token).
        or "CSRF_COOKIE_NEEDS_UPDATE" in request.META
        or "Authorization" in request.headers
    )


def _encoding(accepted: str) -> str:
    """Choose brotli or gzip, "" where the reader takes neither (RFC 9110, 12.5.3; a weight of 0 refuses)."""
    offers = {}
    for part in accepted.lower().split(","):
        name, _semicolon, weight = part.partition(";")
        offers[name.strip()] = weight.replace(" ", "").rstrip("0.") != "q="
    return next((name for name in ("br", "gzip") if offers.get(name)), "")


def _compress(response: HttpResponse, encoding: str) -> None:
    pack = _pack if _is_kept(response) else _pack.__wrapped__
    response.content = pack(response.content, encoding)
    response["Content-Encoding"] = encoding
    response["Content-Length"] = str(len(response.content))
    # The same content in other bytes is only weakly the same (RFC 9110, 8.8.1).
    if response.get("ETag", "").startswith('"'):
        response["ETag"] = f"W/{response['ETag']}"


def _is_kept(response: HttpResponse) -> bool:
    return "public" in response.get("Cache-Control", "") and len(response.content) <= _LARGEST_KEPT


# Pages that many read come again in the same bytes, and to pack one takes as long as to find it.
@lru_cache(maxsize=_MOST_KEPT)
def _pack(content: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))
    packer = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, _GZIP_FORMAT)
    return packer.compress(content) + packer.flush()
