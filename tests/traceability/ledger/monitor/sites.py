"""A log's public files behind a real socket, as its front or a bucket serves them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.traceability.ledger.witness.histories import History
from traceability.ledger.tiles import TILE_WIDTH, Tile, pack_entries


@dataclass
class Site:
    """Files by path, and the address they are at."""

    url: str
    files: dict[str, bytes] = field(default_factory=dict)

    def show(self, history: History, size: int, *, note: str | None = None) -> None:
        """Publish a history up to a size."""
        for start in range(0, size, TILE_WIDTH):
            end = min(start + TILE_WIDTH, size)
            tile = Tile(None, start // TILE_WIDTH, (end - start) % TILE_WIDTH)
            self.files[tile.path()] = pack_entries(history.entries(start, end))
        self.files["checkpoint"] = (note or history.note(size)).encode()


@contextmanager
def serving() -> Iterator[Site]:
    files: dict[str, bytes] = {}

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = files.get(self.path.removeprefix("/log/"))
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Site(f"http://127.0.0.1:{server.server_address[1]}/log/", files)
        finally:
            server.shutdown()
            thread.join()
