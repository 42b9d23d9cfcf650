"""A log key elsewhere: a command and a service, both of this test, sign in place of the file."""

import base64
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import farm
from traceability import log_key
from traceability.errors import TraceabilityError
from traceability.ledger import Ed25519Signer, open_checkpoint
from traceability.log_key import LogKeyError
from traceability.remote_signer import RemoteSignerError, remote_signer
from traceability.services.integrator import integrate_once
from traceability.services.publisher import publish_once

KEY = Ed25519Signer("trace.test.example/log1", b"\x07" * 32)
OTHER = Ed25519Signer("trace.test.example/log1", b"\x08" * 32)
TEXT = b"trace.test.example/log1\n3\nAAAA\n"
# What an operator's own program would be, a few lines before a key service.
PROGRAM = """
import base64, sys
from traceability.ledger import Ed25519Signer
signer = Ed25519Signer("trace.test.example/log1", bytes([int(sys.argv[1])]) * 32)
sys.stdout.write(base64.b64encode(signer.sign(sys.stdin.buffer.read())).decode())
"""


class Service(BaseHTTPRequestHandler):
    signer: ClassVar[Ed25519Signer] = KEY
    status: ClassVar[int] = 200
    heard: ClassVar[list[tuple[str | None, bytes]]] = []

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.headers["Authorization"], text))
        self.send_response(self.status)
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(base64.b64encode(self.signer.sign(text)) + b"\n")

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Service, "heard", [])
    with HTTPServer(("127.0.0.1", 0), Service) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sign"
        server.shutdown()
        thread.join()


@pytest.fixture
def program(tmp_path: Path) -> str:
    (tmp_path / "kms_sign.py").write_text(PROGRAM)
    return f"command:{sys.executable} {tmp_path / 'kms_sign.py'}"


def test_a_command_signs(program: str) -> None:
    assert remote_signer(f"{program} 7", vkey=KEY.vkey).sign(TEXT) == KEY.sign(TEXT)


def test_a_service_signs_for_who_shows_the_token(service: str) -> None:
    assert remote_signer(service, vkey=KEY.vkey, token="t0").sign(TEXT) == KEY.sign(TEXT)
    assert Service.heard == [("Bearer t0", TEXT)]


def test_what_another_key_signed_is_refused(program: str, service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Service, "signer", OTHER)

    for address in (f"{program} 8", service):
        with pytest.raises(RemoteSignerError, match="gave no signature of trace"):
            remote_signer(address, vkey=KEY.vkey).sign(TEXT)


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_service_that_refuses_or_leads_elsewhere_is_not_followed(
    service: str, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(Service, "status", status)

    with pytest.raises(RemoteSignerError, match=f"answered {status}"):
        remote_signer(service, vkey=KEY.vkey).sign(TEXT)
    assert len(Service.heard) == 1


@pytest.mark.parametrize(
    "address", ["command:/nowhere/kms --pin 1234", "command:false --pin 1234", "http://127.0.0.1:1/sign?pin=1234"]
)
def test_a_signer_that_is_away_is_named_without_its_secrets(address: str) -> None:
    with pytest.raises(RemoteSignerError) as error:
        remote_signer(address, vkey=KEY.vkey).sign(TEXT)

    assert "1234" not in str(error.value)
    assert isinstance(error.value, TraceabilityError)


@pytest.mark.parametrize("address", ["http://kms.internal/sign", "ftp://kms.internal/", "/usr/bin/kms", "https"])
def test_nothing_is_sent_in_the_clear_to_another_machine(address: str) -> None:
    with pytest.raises(RemoteSignerError, match="neither command"):
        remote_signer(address, vkey=KEY.vkey)


@pytest.fixture
def public_key(tmp_path: Path, settings: Settings) -> Path:
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    (tmp_path / "keys").mkdir()
    log_key.public_path().write_text(f"{KEY.vkey}\n")
    return log_key.public_path()


def test_the_log_is_signed_by_the_named_signer_and_no_key_is_made_here(
    settings: Settings, program: str, public_key: Path
) -> None:
    settings.LOG_SIGNER = f"{program} 7"

    assert log_key.make() is False
    assert log_key.signer().sign(TEXT) == KEY.sign(TEXT)
    assert not Path(settings.LOG_KEY_FILE).exists()


def test_without_its_public_key_a_service_is_not_trusted(settings: Settings, program: str, public_key: Path) -> None:
    settings.LOG_SIGNER = f"{program} 7"
    public_key.unlink()

    with pytest.raises(LogKeyError, match="no public key file"):
        log_key.make()


def test_the_service_of_another_log_is_refused(settings: Settings, service: str, public_key: Path) -> None:
    settings.LOG_SIGNER = service
    public_key.write_text(f"{Ed25519Signer.generate('trace.other.example/log1').vkey}\n")

    with pytest.raises(LogKeyError, match=r"of trace\.other\.example/log1"):
        log_key.signer()


@pytest.mark.django_db
def test_a_checkpoint_is_published_through_it_and_none_while_it_is_away(
    settings: Settings, service: str, public_key: Path, monkeypatch: pytest.MonkeyPatch, farmer: Membership
) -> None:
    settings.LOG_SIGNER = service
    farm.make_plot(farmer)
    integrate_once()

    monkeypatch.setattr(Service, "status", 503)
    with pytest.raises(RemoteSignerError, match="answered 503"):
        publish_once(at=farm.NOW)
    monkeypatch.setattr(Service, "status", 200)
    published = publish_once(at=farm.NOW)

    assert published
    assert open_checkpoint(published.note, [str(KEY.vkey)])[0].size == published.size
