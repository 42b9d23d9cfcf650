"""How a client proves that a token is its own: a proof for each request, signed by the token's key (RFC 9449)."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from jwcrypto.common import base64url_encode

from finance.oauth.errors import OAuthError
from finance.oauth.keys import header_of, read_key, thumbprint, verify

# How old a proof may be, and how fast a client's clock; a proof's id is remembered for both together.
OLD_SECONDS = 60
FAST_SECONDS = 10
_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof has shown: the thumbprint of its key, and its id, which counts once."""

    thumbprint: str
    id: str


def hash_of_token(token: str) -> str:
    """Give the hash by which a proof names the token that it goes with (`ath`)."""
    found: str = base64url_encode(hashlib.sha256(token.encode()).digest())
    return found


def read_proof(text: str, *, method: str, url: str, now: int, token: str | None = None) -> Proof:
    """Check a proof for one request; with a token, that it was made for this one (RFC 9449, 4.3). Raises OAuthError."""
    header = _header(text)
    key = read_key(header.get("jwk"))
    try:
        claims = verify(text, key)
    except OAuthError as error:
        raise _wrong(error.description) from error
    if claims.get("htm") != method or not _is_same_place(claims.get("htu"), url):
        raise _wrong("made for another request (`htm`, `htu`)")
    _check_time(claims, now=now)
    if token is not None and not hmac.compare_digest(str(claims.get("ath")).encode(), hash_of_token(token).encode()):
        raise _wrong("made for another token (`ath`)")
    name = claims.get("jti")
    if not isinstance(name, str) or not 8 <= len(name) <= 128:
        raise _wrong("`jti` has 8 to 128 characters")
    return Proof(thumbprint=thumbprint(key), id=name)


def _wrong(description: str) -> OAuthError:
    return OAuthError("invalid_dpop_proof", description)


def _header(text: str) -> dict[str, Any]:
    try:
        header = header_of(text)
    except OAuthError as error:
        raise _wrong(error.description) from error
    if header.get("typ") != "dpop+jwt":
        raise _wrong("`typ` is dpop+jwt")
    return header


def _check_time(claims: dict[str, Any], *, now: int) -> None:
    made = claims.get("iat")
    if type(made) is not int or not now - OLD_SECONDS <= made <= now + FAST_SECONDS:
        raise _wrong(f"`iat` is more than {OLD_SECONDS} seconds old, or in the future")


def _is_same_place(named: object, url: str) -> bool:
    """Compare two addresses without query and fragment (RFC 9449, 4.3, and RFC 3986, 6.2.2 and 6.2.3)."""
    if not isinstance(named, str):
        return False
    try:
        return _place(urlsplit(named)) == _place(urlsplit(url))
    except ValueError:
        return False


def _place(parts: SplitResult) -> tuple[str, str, int | None, str]:
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme), parts.path or "/"
