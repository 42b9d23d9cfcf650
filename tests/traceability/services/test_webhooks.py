import hashlib
import hmac
import socket
import ssl
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Membership
from traceability.errors import RefusedError
from traceability.services.webhooks import WebhookError, check_address, post, public_address, secret_of, signature

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.cn/a",
        "https://user:pass@hooks.example.cn/",
        "https://hooks.example.cn:8443/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://localhost/",
        "https://hooks.example.cn:port/",
        "ftp://hooks.example.cn/",
        "",
    ],
)
def test_only_a_public_name_by_https_is_an_address(url: str) -> None:
    with pytest.raises(RefusedError):
        check_address(url)


def test_a_plain_address_is_taken() -> None:
    check_address("https://hooks.example.cn/recalls?site=1")


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.5",
        "127.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "::1",
        "fe80::1",
        "fec0::1",
        "::ffff:10.0.0.1",
        "::10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::a00:1",
        "2002:a00:1::1",
        "224.0.0.1",
    ],
)
def test_a_name_that_leads_inside_is_not_called(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    leads_to(monkeypatch, "93.184.216.34", address)

    with pytest.raises(WebhookError, match="not of the public internet"):
        public_address("hooks.example.cn")


def test_the_address_that_was_checked_is_the_one_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "93.184.216.34")
    called: list[Any] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        called.append(address)
        raise TimeoutError("nobody there")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(WebhookError, match=r"hooks\.example\.cn did not answer"):
        post("https://hooks.example.cn/", {"a": 1}, secret="s", at=NOON)

    assert called == [("93.184.216.34", 443)]


class Server:
    """Another side that answers piece by piece, each piece a second after the one before."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)
        self.now = 0.0
        self.timeouts: list[float] = []

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def sendall(self, _data: bytes) -> None:
        self.now += 1

    def recv(self, most: int) -> bytes:
        self.now += 1
        return self.pieces.pop(0)[:most] if self.pieces else b""

    def close(self) -> None:
        pass

    def wrap_socket(self, _plain: object, *, server_hostname: str) -> "Server":
        assert server_hostname == "hooks.example.cn"
        return self

    def asked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Send a message to this server."""
        leads_to(monkeypatch, "93.184.216.34")
        monkeypatch.setattr("traceability.services.webhooks.time.monotonic", lambda: self.now)
        monkeypatch.setattr(socket, "create_connection", lambda *_: self)
        monkeypatch.setattr(ssl, "create_default_context", lambda: self)
        post("https://hooks.example.cn/", {"a": 1}, secret="s", at=NOON)


def test_an_answer_in_pieces_is_read_within_what_is_left_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(b"HTTP/1.1 2", b"04 No Content\r\n")

    server.asked(monkeypatch)

    assert server.timeouts == [10.0, 10.0, 9.0, 8.0, 7.0]


def test_a_server_that_drips_does_not_hold_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(*[b"H"] * 1000)

    with pytest.raises(WebhookError, match="took longer than 10 s"):
        server.asked(monkeypatch)

    assert server.now == 10


@pytest.mark.parametrize("pieces", [[b"H" * 5000], [b"HTTP/1.1 abc\r\n"], [b"HTTP/1.1 2"], [b"HTTP/1.1 302 Found\r\n"]])
def test_what_is_no_yes_is_none(monkeypatch: pytest.MonkeyPatch, pieces: list[bytes]) -> None:
    with pytest.raises(WebhookError):
        Server(*pieces).asked(monkeypatch)


def test_a_signature_covers_the_moment_and_the_body() -> None:
    body = b'{"a":1}'
    expected = hmac.new(b"s", b"1795320000." + body, hashlib.sha256).hexdigest()

    assert signature(body, secret="s", at=NOON) == f"t=1795320000,sha256={expected}"


@pytest.mark.django_db
def test_every_party_has_a_secret_of_its_own(farmer: Membership, stranger: Membership) -> None:
    secrets = {secret_of(member.organisation) for member in (farmer, stranger, farmer)}

    assert sorted(map(len, secrets)) == [64, 64]


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: rows)
