import contextlib
import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.traceability.ledger.makers import ORIGIN, VKEY
from tests.traceability.ledger.witness.histories import AT, COUNTY, FORKED, TRUE
from traceability.ledger.checkpoint import open_checkpoint
from traceability.ledger.witness import Witness, server
from traceability.ledger.witness.server import WitnessServer
from traceability.ledger.witness.store import origin_hash


@contextmanager
def serving(witness: Witness) -> Iterator[WitnessServer]:
    with WitnessServer(witness, host="127.0.0.1", port=0, now=lambda: AT + 0.7) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.fixture
def served(county: Witness) -> Iterator[WitnessServer]:
    with serving(county) as made:
        yield made


def ask(served: WitnessServer, method: str, path: str, body: bytes | None = None) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(*served.place, timeout=5)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type", ""), answer.read().decode()
    finally:
        connection.close()


def test_a_checkpoint_is_cosigned_at_the_second(served: WitnessServer) -> None:
    status, _, line = ask(served, "POST", "/add-checkpoint", TRUE.submission(5, old=0))

    _, note = open_checkpoint(TRUE.note(5) + line, [VKEY, str(COUNTY.vkey)])
    assert (status, note.signatures[1].timestamp) == (200, AT)


def test_refusals_are_told_with_the_protocols_numbers(served: WitnessServer) -> None:
    ask(served, "POST", "/add-checkpoint", TRUE.submission(5, old=0))

    behind = ask(served, "POST", "/prefix/add-checkpoint", TRUE.submission(9, old=3))
    forked = ask(served, "POST", "/add-checkpoint", FORKED.submission(9, old=5))

    assert behind == (409, "text/x.tlog.size", "5\n")
    assert (forked[0], forked[2].startswith("consistency proof: ")) == (422, True)


def test_anybody_reads_who_it_is_and_what_it_cosigned(served: WitnessServer) -> None:
    path = f"/{origin_hash(ORIGIN)}/checkpoint"
    before = ask(served, "GET", path)
    line = ask(served, "POST", "/add-checkpoint", TRUE.submission(5, old=0))[2]

    assert before[0] == 404
    assert ask(served, "GET", path) == (200, "text/plain; charset=utf-8", TRUE.note(5) + line)
    assert ask(served, "GET", "/")[2] == f'{{"vkey": "{COUNTY.vkey}", "logs": ["{ORIGIN}"]}}\n'


@pytest.mark.parametrize(("method", "path"), [("GET", "/x"), ("GET", "/checkpoint"), ("POST", "/"), ("POST", "/x")])
def test_there_is_nothing_else(served: WitnessServer, method: str, path: str) -> None:
    assert ask(served, method, path, b"" if method == "POST" else None)[0] == 404


def test_other_methods_are_not_known(served: WitnessServer) -> None:
    assert ask(served, "DELETE", "/add-checkpoint")[0] == 501


def raw(served: WitnessServer, request: bytes) -> bytes:
    with socket.create_connection(served.place, timeout=5) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(4096):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (b"", 411),
        (b"Content-Length: -1\r\n", 411),
        (b"Content-Length: ten\r\n", 411),
        (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 411),
        (b"Content-Length: 65537\r\n", 413),
        (b"Content-Length: 99999999999999999999\r\n", 413),
    ],
)
def test_a_body_without_a_bound_is_refused_and_the_connection_ended(
    served: WitnessServer, headers: bytes, status: int
) -> None:
    answer = raw(served, b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n" + headers + b"\r\n")

    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Connection: close\r\n" in answer


def test_a_connection_serves_one_request_after_the_other(served: WitnessServer) -> None:
    connection = http.client.HTTPConnection(*served.place, timeout=5)
    statuses = []
    for size, old in ((1, 0), (2, 1), (4, 2)):
        connection.request("POST", "/add-checkpoint", TRUE.submission(size, old=old))
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()

    assert statuses == [200, 200, 200]


def test_who_dawdles_is_let_go(county: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "CONNECTION_SECONDS", 0.05)
    with serving(county) as served:
        assert raw(served, b"POST /add-checkpoint HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc") == b""
        # Whoever is served here may be slow, as machines are.
        monkeypatch.setattr(server, "CONNECTION_SECONDS", 60.0)
        assert ask(served, "GET", "/")[0] == 200


def test_a_crowd_is_refused_and_the_next_is_served(county: Witness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 1)
    with serving(county) as served:
        with socket.create_connection(served.place, timeout=5) as first:
            first.sendall(b"GET / HTTP/1.1\r\n\r\n")
            assert first.recv(100).startswith(b"HTTP/1.1 200")
            with socket.create_connection(served.place, timeout=5) as second:
                assert second.recv(100) == b""
        # The thread of the first ends a moment after its connection.
        status, deadline = 0, time.monotonic() + 30
        while not status and time.monotonic() < deadline:
            with contextlib.suppress(http.client.HTTPException, OSError):
                status = ask(served, "GET", "/")[0]
            time.sleep(0.01)
    assert status == 200


def test_where_nothing_can_be_remembered_nothing_is_cosigned(served: WitnessServer, tmp_path: Path) -> None:
    ask(served, "POST", "/add-checkpoint", TRUE.submission(5, old=0))
    path = next((tmp_path / "store").glob("*.checkpoint"))
    path.write_text("damaged")

    taken = ask(served, "POST", "/add-checkpoint", TRUE.submission(9, old=5))
    begun = ask(served, "POST", "/add-checkpoint", TRUE.submission(9, old=0))

    assert taken == begun == (500, "text/plain; charset=utf-8", "this witness cannot remember\n")
    assert path.read_text() == "damaged"
