"""`python -m traceability.ledger witness` and `witness-key`: run a witness, and make its key."""

import argparse
import logging
import os
import signal
import stat
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from traceability.ledger.cosigner import Cosigner
from traceability.ledger.errors import LedgerError, NoteError
from traceability.ledger.witness.server import WitnessServer
from traceability.ledger.witness.service import Witness
from traceability.ledger.witness.store import Store

LISTEN = "127.0.0.1:8461"


class KeyFileError(LedgerError):
    """A witness's key file is absent, open to others, or there already."""


def add_parsers(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands to a parser's."""
    key = commands.add_parser("witness-key", help="make the key of a witness, and print what verifies it")
    key.add_argument("--key", type=Path, required=True, help="the file to write; it must not be there yet")
    key.add_argument("--name", required=True, help="the witness's name, such as witness.county.example")
    run = commands.add_parser("witness", help="watch logs, and cosign what follows from what was seen before")
    run.add_argument("--key", type=Path, required=True, help="the witness's key, of mode 0600")
    run.add_argument("--store", type=Path, required=True, help="the folder that it remembers checkpoints in")
    run.add_argument("--log", action="append", required=True, help="vkey of a log to watch; may be repeated")
    run.add_argument("--listen", default=LISTEN, help=f"address and port (default {LISTEN})")


def make_key(options: argparse.Namespace) -> list[str]:
    """Write a new key and give what to tell about it. Raises KeyFileError, NoteError, OSError."""
    cosigner = Cosigner.generate(options.name)
    try:
        handle = os.open(options.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        # A key that is replaced by accident can never be made again.
        raise KeyFileError(f"{options.key.name}: is there already, and stays as it is") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"{cosigner.to_text()}\n")
        file.flush()
        os.fsync(file.fileno())
    return [str(cosigner.vkey)]


def run(options: argparse.Namespace) -> list[str]:
    """Serve until SIGTERM or SIGINT. Raises LedgerError, OSError."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    host, port = _address(options.listen)
    key = read_key(options.key)
    store = Store(options.store, vkey=key.vkey)
    try:
        witness = Witness(key=key, store=store, logs=options.log)
        with WitnessServer(witness, host=host, port=port) as server:
            _tell(witness, server)
            _serve(server)
    finally:
        store.close()
    return ["stopped"]


def read_key(path: Path) -> Cosigner:
    """Read a witness's key. Raises KeyFileError, also where anybody but the owner may read the file."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileError(f"{path.name}: has mode {mode:04o}; only its owner may read it (0600)")
        return Cosigner.from_text(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise KeyFileError(f"{path.name}: no such key; `witness-key` makes one") from error
    except (NoteError, ValueError) as error:
        raise KeyFileError(f"{path.name}: holds no witness's key: {error}") from error


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise NoteError(f"--listen {text!r}: not an address and a port")
    return host.strip("[]"), int(port)


def _tell(witness: Witness, server: WitnessServer) -> None:
    sizes = [f"{origin} from size {witness.size(origin)}" for origin in witness.origins]
    lines: Sequence[str] = [f"witness {witness.vkey}", *(f"watches {text}" for text in sizes), f"ready {server.url}"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _serve(server: WitnessServer) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
    thread.start()
    stop.wait()
    server.shutdown()
    thread.join()
