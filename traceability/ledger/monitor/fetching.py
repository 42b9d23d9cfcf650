"""Reading a log's public files over HTTP: bounded in bytes and time, and from the named address alone."""

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from traceability.ledger.errors import LedgerError

SECONDS = 20.0
# A bundle of 256 entries of the largest size.
MAX_BYTES = 256 * 65_537


class FetchError(LedgerError):
    """An address does not answer, or not with what is asked for: silence, which proves nothing."""


class AbsentError(FetchError):
    """There is no such file."""


def fetch(url: str, path: str) -> bytes:
    """Read a file below an address. Raises FetchError."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError(f"{url[:120]!r}: neither http:// nor https://")
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = connect(parts.hostname, parts.port, timeout=SECONDS)
        try:
            connection.request("GET", f"{parts.path.rstrip('/')}/{path}", headers={"Accept-Encoding": "identity"})
            answer = connection.getresponse()
            data = answer.read(MAX_BYTES + 1)
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(f"{path}: {type(error).__name__}") from error
    # No redirect is followed: what is monitored is what this address shows.
    if answer.status == HTTPStatus.NOT_FOUND:
        raise AbsentError(f"{path}: there is no such file")
    if answer.status != HTTPStatus.OK or len(data) > MAX_BYTES:
        raise FetchError(f"{path}: answered with {answer.status}, {len(data)} bytes")
    return data
