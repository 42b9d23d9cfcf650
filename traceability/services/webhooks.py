"""Posting to addresses that others name: signed, and never to a machine inside our own network."""

import hashlib
import hmac
import http.client
import ipaddress
import json
import re
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from accounts.models import Organisation
from traceability.errors import RefusedError, TraceabilityError

# For the whole exchange: connecting, sending and reading.
_SECONDS = 10.0
_MOST_READ = 4096
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: |\r\n)")
# Addresses of IPv6 that lead to ones of IPv4, inside or out, and the site-local ones: translation (RFC 6052, 8215),
# 6to4 (RFC 3056), IPv4-compatible (RFC 4291, 2.5.5.1), site-local (RFC 3879).
_INSIDE = tuple(
    map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "fec0::/10")),
)


class WebhookError(TraceabilityError):
    """A webhook could not be reached, or did not take what was sent."""


def secret_of(party: Organisation) -> str:
    """Give the secret with which a party checks our signatures: made from ours, so that none is stored."""
    own = settings.SECRET_KEY.encode()
    return hmac.new(own, f"suyuan/webhook/v1\0{party.public_id}".encode(), hashlib.sha256).hexdigest()


def check_address(url: str) -> None:
    """Check the form of an address before it is kept: https, a host's name, no log-in, the usual port.

    Where the name leads is checked at each call, since it may lead elsewhere then. Raises RefusedError.
    """
    parts = urlsplit(url)
    try:
        is_fine = parts.scheme == "https" and parts.hostname and parts.username is None and parts.port in {None, 443}
    except ValueError:
        is_fine = False
    if not is_fine or not _is_name(str(parts.hostname)):
        raise RefusedError("/webhook_url", "not_a_webhook")


def post(url: str, message: Mapping[str, object], *, secret: str, at: datetime) -> None:
    """Send a message as JSON with `X-Suyuan-Signature: t=<seconds>,sha256=<HMAC of "seconds.body">`.

    The name is resolved once, every address of it must be public, and the connection goes to the address that was
    checked: a name that leads inside a moment later leads nowhere. Redirections are not followed. Of the answer only
    its status is read, and one deadline is set to it all, so that a server that drips holds nobody. Raises
    WebhookError.
    """
    try:
        check_address(url)
    except RefusedError as error:
        raise WebhookError(f"webhook: {url} is not an address that is called") from error
    parts = urlsplit(url)
    body = json.dumps(message, ensure_ascii=False, sort_keys=True).encode()
    connection = _Pinned(str(parts.hostname), public_address(str(parts.hostname)))
    try:
        connection.request("POST", _target(parts), body, _headers(body, secret, at))
        status = connection.status()
    except (OSError, http.client.HTTPException) as error:
        raise WebhookError(f"webhook: {parts.hostname} did not answer: {error}") from error
    finally:
        connection.close()
    if status not in range(200, 300):
        raise WebhookError(f"webhook: {parts.hostname} answered {status}")


def signature(body: bytes, *, secret: str, at: datetime) -> str:
    """Sign a body and the moment at which it was sent, so that it cannot be sent again later unnoticed."""
    seconds = int(at.timestamp())
    code = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},sha256={code}"


def public_address(host: str) -> str:
    """Resolve a host's name. Raises WebhookError where any of its addresses is not one of the public internet."""
    try:
        found = [str(row[4][0]) for row in socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)]
    except OSError as error:
        raise WebhookError(f"webhook: {host} has no address") from error
    for one in found:
        if not _is_public(one):
            raise WebhookError(f"webhook: {host} leads to {one}, which is not of the public internet")
    return found[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    # An IPv4 address may come wrapped as IPv6.
    bare = getattr(ip, "ipv4_mapped", None) or ip
    return bool(bare.is_global and not bare.is_multicast and not any(bare in network for network in _INSIDE))


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.replace(".", "").isdigit()
    return False


def _target(parts: SplitResult) -> str:
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def _headers(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "suyuan",
        "X-Suyuan-Signature": signature(body, secret=secret, at=at),
    }


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was checked, under the certificate of the name, with one deadline for it all."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host)
        self._address = address
        self._deadline = time.monotonic() + _SECONDS

    def connect(self) -> None:
        """Connect to the address and not to whatever the name leads to by now."""
        plain = socket.create_connection((self._address, 443), self._left())
        # Until the handshake is through, nobody else would close it.
        self.sock = plain
        plain.settimeout(self._left())
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)

    def send(self, data: Any) -> None:
        """Send within what is left of the time."""
        if self.sock is None:
            self.connect()
        self.sock.settimeout(self._left())
        super().send(data)

    def status(self) -> int:
        """Read the status of the answer and nothing more. Raises OSError, HTTPException."""
        read = b""
        while b"\r\n" not in read and len(read) < _MOST_READ:
            self.sock.settimeout(self._left())
            piece = self.sock.recv(_MOST_READ - len(read))
            if not piece:
                break
            read += piece
        found = _STATUS.match(read)
        if found is None:
            raise http.client.BadStatusLine("no status of HTTP/1")
        return int(found[1])

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"took longer than {_SECONDS:g} s")
        return left
