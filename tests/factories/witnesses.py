"""Witnesses that run in the test's own process: real ones behind real sockets, and what may be wrong with one."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import TypeVar

import pytest
from pytest_django import Settings

from traceability import log_key
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.witness import Store, Witness
from traceability.ledger.witness.server import WitnessServer

COUNTY = Cosigner("witness.county.example", b"\x21" * 32)
BANK = Cosigner("witness.bank.example", b"\x22" * 32)
NAMES = {"county": COUNTY, "bank": BANK}
# One that nobody listens at: the port of the reserved service tcpmux.
NOWHERE = "http://127.0.0.1:1"

Says = Callable[[bytes], tuple[int, str, bytes]]


class Circle:
    """The witnesses of a policy: each may be there, away, or somebody who says what a test wants."""

    def __init__(self, folder: Path, settings: Settings, stack: ExitStack) -> None:
        self.folder, self._settings, self._stack = folder, settings, stack
        self.path = folder / "policy"
        self._urls = dict.fromkeys(NAMES, NOWHERE)
        self._ends: dict[str, ExitStack] = {}

    def start(self, name: str, *, logs: Sequence[str] = ()) -> WitnessServer:
        """Start a witness on what it remembers; it knows the log by its present key, or by those given."""
        stack = self._stack.enter_context(ExitStack())
        store = Store(self.folder / name, vkey=NAMES[name].vkey)
        stack.callback(store.close)
        witness = Witness(key=NAMES[name], store=store, logs=logs or [log_key.vkey()])
        server = stack.enter_context(_served(WitnessServer(witness, host="127.0.0.1", port=0)))
        self._urls[name], self._ends[name] = server.url, stack
        return server

    def replace(self, name: str, says: Says) -> None:
        """Put somebody in a witness's place who answers as told."""
        self.stop(name)
        stack = self._stack.enter_context(ExitStack())
        server = stack.enter_context(_served(HTTPServer(("127.0.0.1", 0), _speaker(says))))
        self._urls[name], self._ends[name] = f"http://127.0.0.1:{server.server_address[1]}", stack

    def stop(self, name: str) -> None:
        """Take a witness away."""
        if name in self._ends:
            self._ends.pop(name).close()
        self._urls[name] = NOWHERE

    def agree(self, threshold: str = "all") -> None:
        """Write the policy with where each is now, and have the platform go by it."""
        lines = [f"witness {name} {key.vkey} {self._urls[name]}" for name, key in NAMES.items()]
        self.path.write_text("\n".join([*lines, f"group both {threshold} county bank", "quorum both", ""]))
        self._settings.WITNESS_POLICY_FILE = str(self.path)


@pytest.fixture
def circle(tmp_path: Path, settings: Settings, log_keys: None) -> Iterator[Circle]:
    """Two witnesses, both there, and a policy that wants both."""
    with ExitStack() as stack:
        made = Circle(tmp_path, settings, stack)
        for name in NAMES:
            made.start(name)
        made.agree()
        yield made


_Server = TypeVar("_Server", bound=TCPServer)


@contextmanager
def _served(server: _Server) -> Iterator[_Server]:
    with server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _speaker(says: Says) -> type[BaseHTTPRequestHandler]:
    class Speaker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, content_type, body = says(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Speaker
