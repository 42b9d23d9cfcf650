"""Signatures of orders that a channel's machine sends, by the Standard Webhooks specification.

`webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, which holds one or more of "v1," and the Base64 of
HMAC-SHA-256 over "id.timestamp.body", with spaces between them. Pure.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256

PREFIX = "whsec_"
# How far a sender's clock may be off, and how long a message that was caught on the way can be sent again.
TOLERANCE_SECONDS = 300
_ID, _TIMESTAMP, _SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
_VERSION = "v1"


def sign(body: bytes, *, message_id: str, seconds: int, secret: str) -> str:
    """Give the signature of a message."""
    key = b64decode(secret.removeprefix(PREFIX))
    code = hmac.new(key, f"{message_id}.{seconds}.".encode() + body, sha256).digest()
    return f"{_VERSION},{b64encode(code).decode()}"


def is_signed(headers: Mapping[str, str], body: bytes, *, secret: str, now: int) -> bool:
    """Whether a message bears a signature by this secret, and is not older or newer than five minutes."""
    message_id, stamp = headers.get(_ID, ""), headers.get(_TIMESTAMP, "")
    if not secret or not message_id or not (stamp.isascii() and stamp.isdigit()) or len(stamp) > len(str(2**63)):
        return False
    if abs(now - int(stamp)) > TOLERANCE_SECONDS:
        return False
    expected = sign(body, message_id=message_id, seconds=int(stamp), secret=secret)
    given = headers.get(_SIGNATURE, "").split(" ")
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in given)
