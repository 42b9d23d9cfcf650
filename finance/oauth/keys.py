"""Public keys as JSON (RFC 7517), and signatures under them (RFC 7515)."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from jwcrypto.common import JWException, base64url_decode, base64url_encode
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS

from finance.oauth.errors import OAuthError

# What FAPI 2.0 (5.4) allows. Another algorithm, such as SM2 with SM3, is one more entry: it takes a key and a compact
# JWS, gives the payload, and raises JWException or ValueError.
Verifier = Callable[[JWK, str], bytes]
_SECRET_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_MOST_KEYS = 8
_MOST_TEXT = 8192


def _verifier(name: str) -> Verifier:
    def verify(key: JWK, text: str) -> bytes:
        signed = JWS()
        signed.allowed_algs = [name]
        signed.deserialize(text, key)
        payload: bytes = signed.payload
        return payload

    return verify


ALGORITHMS: dict[str, Verifier] = {name: _verifier(name) for name in ("EdDSA", "ES256", "PS256")}
_CURVES = frozenset({("OKP", "Ed25519"), ("EC", "P-256")})


def read_key(members: object) -> JWK:
    """Read a public key. Raises OAuthError for a private one, and for kinds that no algorithm here takes."""
    if not isinstance(members, Mapping):
        raise OAuthError("invalid_request", "a key is a JSON object")
    if _SECRET_MEMBERS & members.keys():
        raise OAuthError("invalid_request", "this is a private key; keep it, and send the public one")
    kind = (str(members.get("kty")), str(members.get("crv")))
    if kind not in _CURVES and kind[0] != "RSA":
        raise OAuthError("invalid_request", "keys are Ed25519, P-256 or RSA")
    try:
        key = JWK(**members)
        # A key that no library can load would be found out only when it is used.
        size = getattr(key.get_op_key("verify"), "key_size", 0)
    except (JWException, ValueError, TypeError) as error:
        raise OAuthError("invalid_request", "the key cannot be read") from error
    if kind[0] == "RSA" and size < 2048:
        raise OAuthError("invalid_request", "RSA keys have at least 2048 bits")
    return key


def check_key_set(members: object) -> None:
    """Check a set of public keys, each with an id of its own (RFC 7517, 5). Raises OAuthError."""
    keys = members.get("keys") if isinstance(members, Mapping) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= _MOST_KEYS:
        raise OAuthError("invalid_request", f"a key set has 1 to {_MOST_KEYS} keys")
    for key in keys:
        read_key(key)
    names = [key.get("kid") for key in keys]
    if not all(isinstance(name, str) and name for name in names) or len(set(names)) < len(names):
        raise OAuthError("invalid_request", "each key has a `kid` of its own")


def thumbprint(key: JWK) -> str:
    """Give the SHA-256 thumbprint of a key, by which tokens are bound to it (RFC 7638)."""
    found: str = key.thumbprint()
    return found


def header_of(text: str) -> dict[str, Any]:
    """Read the protected header of a compact JWS. Raises OAuthError."""
    parts = text.split(".")
    if len(text) > _MOST_TEXT or len(parts) != 3:
        raise OAuthError("invalid_request", "not a compact JWS")
    header = _object(parts[0])
    # `crit` names extensions that must be understood, and none is (RFC 7515, 4.1.11).
    if str(header.get("alg")) not in ALGORITHMS or "crit" in header:
        raise OAuthError("invalid_request", f"signed by none of {', '.join(ALGORITHMS)}")
    return header


def verify(text: str, key: JWK) -> dict[str, Any]:
    """Check a compact JWS and give its claims. Raises OAuthError."""
    return _claims(_payload(text, key))


def verify_detached(text: str, content: bytes, key_set: Mapping[str, Any]) -> str:
    """Check a JWS without its content (`header..signature`, RFC 7515, appendix F); give the id of the key.

    Raises OAuthError.
    """
    parts = text.split(".")
    if len(parts) != 3 or parts[1]:
        raise OAuthError("invalid_request", "not a detached JWS")
    whole = f"{parts[0]}.{base64url_encode(content)}.{parts[2]}"
    # The content may be long; what bounds a header and a signature does not bound it.
    name = header_of(f"{parts[0]}..{parts[2]}").get("kid")
    _payload(whole, key_named(name, key_set))
    return str(name)


def key_named(name: object, key_set: Mapping[str, Any]) -> JWK:
    """Find a key of a set by its id. Raises OAuthError."""
    found = next((key for key in key_set.get("keys", ()) if name and key["kid"] == name), None)
    if found is None:
        raise OAuthError("invalid_client", "no key of this `kid` is registered")
    return read_key(found)


def _payload(text: str, key: JWK) -> bytes:
    header = _object(text.partition(".")[0])
    try:
        return ALGORITHMS[header["alg"]](key, text)
    except (JWException, ValueError, TypeError) as error:
        raise OAuthError("invalid_request", "the signature does not verify") from error


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64url_decode(part))
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_request", "not a compact JWS") from error
    if not isinstance(found, dict):
        raise OAuthError("invalid_request", "not a compact JWS")
    return found


def _claims(payload: bytes) -> dict[str, Any]:
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise OAuthError("invalid_request", "the claims are no JSON") from error
    if not isinstance(found, dict):
        raise OAuthError("invalid_request", "the claims are no JSON object")
    return found
