"""Ed25519 as a verifier needs it: keys that may be trusted, and signatures."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from traceability.ledger.errors import SignatureError

KEY_SIZE = 32
SIGNATURE_SIZE = 64

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
# y of the points whose order divides 8. The libraries take such keys, and under them one signature fits many texts.
_Y_OF_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER_YS = frozenset({0, 1, _P - 1, _Y_OF_ORDER_8, _P - _Y_OF_ORDER_8})


@lru_cache(maxsize=4096)
def check_public_key(raw: bytes) -> None:
    """Refuse an Ed25519 public key that is malformed, non-canonical or of small order.

    Neither `cryptography` nor WebCrypto refuses those (RFC 8032, 5.1.3 for the canonical form). Raises SignatureError.
    Keys that passed are remembered, as the arithmetic takes as long as a verification.
    """
    if len(raw) != KEY_SIZE:
        raise SignatureError(f"public key: {len(raw)} bytes in place of {KEY_SIZE}")
    # The top bit is the sign of x; the rest is y, which has one spelling below p.
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= _P:
        raise SignatureError("public key: not in canonical form")
    if y in _SMALL_ORDER_YS:
        raise SignatureError("public key: a point of small order")
    if not _is_on_curve(y):
        raise SignatureError("public key: not a point of the curve")


def verify_signature(raw_key: bytes, signature: bytes, message: bytes) -> None:
    """Check an Ed25519 signature of a message. Requires a key that `check_public_key` passes. Raises SignatureError."""
    if len(signature) != SIGNATURE_SIZE:
        raise SignatureError(f"signature: {len(signature)} bytes in place of {SIGNATURE_SIZE}")
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(signature, message)
    except InvalidSignature as error:
        raise SignatureError("signature: does not verify") from error


def _is_on_curve(y: int) -> bool:
    # -x^2 + y^2 = 1 + d x^2 y^2, so x^2 = (y^2 - 1) / (d y^2 + 1) must be a square (Euler's criterion).
    numerator, denominator = (y * y - 1) % _P, (_D * y * y + 1) % _P
    return pow(numerator * pow(denominator, -1, _P), (_P - 1) // 2, _P) == 1
