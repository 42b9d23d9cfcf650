"""How a client proves who it is: a short token signed by its own key (RFC 7523, private_key_jwt)."""

import json
from collections.abc import Mapping
from typing import Any

from jwcrypto.common import base64url_decode

from finance.oauth.errors import OAuthError
from finance.oauth.keys import header_of, key_named, verify

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# How far a client's clock may be off, and how long an assertion may count at most.
SKEW_SECONDS = 10
LIFE_SECONDS = 300


def client_named_in(text: str) -> str:
    """Read which client an assertion claims to come from, unverified, to find its keys. Raises OAuthError."""
    header_of(text)
    try:
        claims = json.loads(base64url_decode(text.split(".")[1]))
        return str(claims["sub"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise OAuthError("invalid_client", "the assertion names no client") from error


def read_assertion(text: str, *, client_id: str, key_set: Mapping[str, Any], issuer: str, now: int) -> str:
    """Check an assertion and give its id, which its client may use once until it ends. Raises OAuthError.

    FAPI 2.0 (5.3.2.1): the audience is our issuer identifier alone, as text, so that an assertion made for another
    server opens nothing here.
    """
    claims = verify(text, key_named(header_of(text).get("kid"), key_set))
    if claims.get("iss") != client_id or claims.get("sub") != client_id:
        raise OAuthError("invalid_client", "`iss` and `sub` are the client's id")
    if claims.get("aud") != issuer:
        raise OAuthError("invalid_client", f"`aud` is {issuer}")
    _check_times(claims, now=now)
    name = claims.get("jti")
    if not isinstance(name, str) or not 8 <= len(name) <= 128:
        raise OAuthError("invalid_client", "`jti` has 8 to 128 characters")
    return name


def _check_times(claims: Mapping[str, Any], *, now: int) -> None:
    ends, begins = claims.get("exp"), claims.get("nbf", claims.get("iat", now))
    if type(ends) is not int or type(begins) is not int:
        raise OAuthError("invalid_client", "`exp` and `iat` are whole seconds")
    if ends <= now - SKEW_SECONDS or begins > now + SKEW_SECONDS:
        raise OAuthError("invalid_client", "the assertion is over, or has not begun")
    if ends > now + LIFE_SECONDS + SKEW_SECONDS:
        raise OAuthError("invalid_client", f"the assertion counts for more than {LIFE_SECONDS} seconds")
