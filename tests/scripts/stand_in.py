"""Stands in for docker/entrypoint, every role in a few lines and without Django, where the supervisor is tested."""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SUMMARY = {
    "accounts": [{"role": "记录员", "organisation": "合作社", "phone": "+8613800000000", "password": "demo"}],
    "pages": [{"title": "首页", "path": "/"}],
}


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(500 if self.path == os.environ.get("STAND_IN_BROKEN") else 200)
        self.end_headers()
        self.wfile.write(b"ok")


def main(role: str, *arguments: str) -> None:
    signal.signal(signal.SIGTERM, lambda _number, _frame: os._exit(0))
    if role == "web":
        HTTPServer(("127.0.0.1", int(os.environ["WEB_BIND"].rpartition(":")[2])), Page).serve_forever()
    if role == "witness-key":
        sys.stdout.write("witness.example+00000000+key\n")
    if role == "witness":
        sys.stdout.write("witness\nready http://127.0.0.1:1\n")
        sys.stdout.flush()
        time.sleep(600)
    if role in {"publish", "integrate", "worker", "beat"}:
        sys.stdout.write(f"beat: Starting, {role} ready.\n")
        sys.stdout.flush()
        time.sleep(600)
    if arguments == ("demo_season", "--summary"):
        sys.stdout.write(json.dumps(SUMMARY))


if __name__ == "__main__":
    main(*sys.argv[1:])
