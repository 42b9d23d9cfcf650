"""A witness over HTTP (c2sp.org/tlog-witness): small, bounded, and on the loopback address unless told otherwise.

Behind a front that speaks TLS where others than this machine ask; requests need no log-in, since a checkpoint's
signature says whose it is.
"""

import contextlib
import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, ClassVar

from traceability.ledger.witness.conversation import MAX_BODY_BYTES
from traceability.ledger.witness.decision import OtherSizeError, RefusedError
from traceability.ledger.witness.service import Witness
from traceability.ledger.witness.store import StoreError

logger = logging.getLogger("suyuan.witness")

TEXT = "text/plain; charset=utf-8"
# A log asks once a second; whoever holds a connection open without a word for so long is let go.
IDLE_SECONDS = 10.0
# However it is spent: one byte now and then would never be idle.
CONNECTION_SECONDS = 120.0
# Threads that may work at a time: the rest are refused, so that a crowd takes no memory.
MAX_CONNECTIONS = 32


class WitnessServer(ThreadingMixIn, TCPServer):
    """Serves one witness until `shutdown`; port 0 takes a free one."""

    daemon_threads = True
    allow_reuse_address = True
    # As many logs may knock in the same moment; what waits beyond is not answered by the system, and times out.
    request_queue_size = 2 * MAX_CONNECTIONS
    # Connections have their own end, and a process that stops waits for none of them.
    block_on_close = False

    def __init__(self, witness: Witness, *, host: str, port: int, now: Callable[[], float] = time.time) -> None:
        self.witness, self.now = witness, now
        self._free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    @property
    def place(self) -> tuple[str, int]:
        """The host and port that it listens at."""
        host, port = self.server_address[:2]
        return str(host), int(port)

    @property
    def url(self) -> str:
        """The address that logs are told."""
        host, port = self.place
        return f"http://[{host}]:{port}" if self.address_family == socket.AF_INET6 else f"http://{host}:{port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection to a thread, where one is free."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection to its end, or until it has lasted for too long."""
        ending = threading.Timer(CONNECTION_SECONDS, _cut, [request])
        ending.daemon = True
        ending.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            ending.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as the library calls it
        """Say in one line that a connection ended in the middle; others go on."""
        logger.info("a connection ended before its answer")


def _cut(connection: socket.socket) -> None:
    # It may have ended in this very moment.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "suyuan-witness", ""
    timeout: ClassVar[float] = IDLE_SECONDS

    def do_POST(self) -> None:
        """Take a checkpoint."""
        body = self._body()
        if body is None:
            return
        if not self.path.endswith("/add-checkpoint"):
            self._answer(HTTPStatus.NOT_FOUND, "no such page\n")
            return
        try:
            line = self.server.witness.add_checkpoint(body, at=int(self.server.now()))
        except RefusedError as error:
            # That a log asks which size is known is no refusal worth a line each second.
            level = logging.DEBUG if isinstance(error, OtherSizeError) else logging.WARNING
            logger.log(level, "refused with %s: %s", error.status, error)
            self._answer(error.status, f"{error}\n", error.content_type)
        except (StoreError, OSError) as error:
            # Nothing was cosigned: what cannot be remembered is not said.
            logger.error("not cosigned: %s", error)  # noqa: TRY400 - its text says all
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, "this witness cannot remember\n")
        else:
            self._answer(HTTPStatus.OK, line)

    def do_GET(self) -> None:
        """Show who this is, and the newest checkpoint of a log: `/<SHA-256 of its origin>/checkpoint`."""
        try:
            note = self._asked_note()
        except StoreError as error:
            logger.error("cannot show: %s", error)  # noqa: TRY400 - its text says all
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR, "this witness cannot remember\n")
            return
        if self.path == "/":
            self._answer(HTTPStatus.OK, self._card(), "application/json")
        elif note is None:
            self._answer(HTTPStatus.NOT_FOUND, "no such page\n")
        else:
            self._answer(HTTPStatus.OK, note)

    def _asked_note(self) -> str | None:
        *_, named, what = ["", *self.path.split("/")]
        return self.server.witness.newest_note(named) if what == "checkpoint" else None

    def _card(self) -> str:
        witness = self.server.witness
        return json.dumps({"vkey": witness.vkey, "logs": witness.origins}, ensure_ascii=False) + "\n"

    def _body(self) -> bytes | None:
        """Read the body; answer and give None where its length is untold or beyond the bound."""
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or self.headers.get("Transfer-Encoding"):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "how long the body is must be told\n")
            return None
        if len(length) > 8 or int(length) > MAX_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {MAX_BODY_BYTES} bytes\n")
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self._refuse(HTTPStatus.BAD_REQUEST, "the body is shorter than was told\n")
            return None
        return body

    def _refuse(self, status: HTTPStatus, text: str) -> None:
        # What of the body is still under way must not be read as the next request.
        self.close_connection = True
        self._answer(status, text)

    def _answer(self, status: int, text: str, content_type: str = TEXT) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing of requests that went well: a log sends one a second."""
        logger.debug(format, *args)
