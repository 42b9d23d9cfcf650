"""The two formats that the EPCIS schema asks for, URIs and moments: the JSON Schema library leaves them open."""

import re
from datetime import UTC, datetime

# RFC 3986, section 3: a scheme, a colon, and then only characters of URIs, with whole percent-encodings.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
# Names of extensions become IRIs (JSON-LD 1.1, 3.2), and people write them in their own language: `ln:品种`.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[^\x00-\x20\x7f-\x9f\"<>\\^`{|}%]|%[0-9A-Fa-f]{2})*")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt](?P<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.(?P<fraction>[0-9]+))?"
    r"(?:[Zz]|(?P<offset>[+-][0-9]{2}:[0-9]{2}))"
)


def is_uri(text: str) -> bool:
    """Tell whether a text is a URI (RFC 3986)."""
    return bool(_URI.fullmatch(text))


def is_name(text: str) -> bool:
    """Tell whether the name of a member has a prefix, as an extension's must."""
    return bool(_NAME.fullmatch(text))


def moment(text: str) -> datetime:
    """Read a moment with its offset (RFC 3339) as UTC, cut to microseconds.

    Raises ValueError for a day that is in no calendar, and for one that falls out of the years 1 to 9999 in UTC.
    """
    found = _MOMENT.fullmatch(text)
    if not found:
        raise ValueError("not a date and time with an offset")
    fraction = (found["fraction"] or "")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(
            f"{found['day']}T{found['time']}.{fraction}{found['offset'] or '+00:00'}"
        ).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("out of the years 1 to 9999") from error


def moment_text(at: datetime) -> str:
    """Write a moment in UTC as the log writes times: no fraction, or one without trailing zeros."""
    text = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    return text.rstrip("0").rstrip(".") + "Z" if text.endswith("0") else text + "Z"


def is_moment(text: str) -> bool:
    """Tell whether a text is a moment that can be kept."""
    try:
        moment(text)
    except ValueError:
        return False
    return True
