"""How much a witness can take: `python -m benchmarks.witness`. Needs no database.

One witness with its folder on this machine's disk, behind its own HTTP server. A log hands in one checkpoint after the
other, each with its proof and over a connection of its own, as the publisher does; then sixteen logs at once. The bound
beside it is how often this disk syncs a file and its folder, which a witness must do before each answer.
"""

import json
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from traceability.ledger.checkpoint import Checkpoint, sign_checkpoint
from traceability.ledger.cosigner import Cosigner
from traceability.ledger.merkle import leaf_hash, root_of
from traceability.ledger.note import Ed25519Signer
from traceability.ledger.proof import build_proof, consistency_coordinates
from traceability.ledger.witness import Store, Witness
from traceability.ledger.witness.conversation import submission_bytes
from traceability.ledger.witness.server import WitnessServer
from traceability.witness_client import submit

STEPS = 100
STRIDE = 37
LOGS = 16


def main() -> None:
    """Print the figures."""
    signers = [Ed25519Signer.generate(f"log{number}.example") for number in range(LOGS)]
    steps = _steps()
    bodies = {signer.vkey.name: _bodies(signer, steps) for signer in signers}
    with tempfile.TemporaryDirectory() as folder, _serving(Path(folder), signers) as server:
        one = _milliseconds(server.url, bodies[signers[0].vkey.name])
        rate = _rate(server.url, [bodies[signer.vkey.name] for signer in signers[1:]])
        bound = _syncs(Path(folder))
    figures = {
        "milliseconds_median": round(one[len(one) // 2], 2),
        "milliseconds_p95": round(one[int(len(one) * 0.95)], 2),
        "cosigned_per_second_of_15_logs": round(rate),
        "file_and_folder_synced_per_second": round(bound),
        "body_bytes_largest": max(len(body) for body in bodies[signers[0].vkey.name]),
    }
    print(json.dumps(figures, indent=1))


def _steps() -> list[tuple[int, int, bytes, list[bytes]]]:
    """Work out old size, size, root and proof of each step: one history for all logs, which each signs for itself."""
    hashes = [leaf_hash(f"{number}".encode()) for number in range(STEPS * STRIDE)]

    def node(level: int, index: int) -> bytes:
        return root_of(hashes[index << level : (index + 1) << level])

    sizes = range(STRIDE, len(hashes) + 1, STRIDE)
    return [
        (
            size - STRIDE,
            size,
            root_of(hashes[:size]),
            build_proof(consistency_coordinates(size - STRIDE, size), node) if size > STRIDE else [],
        )
        for size in sizes
    ]


def _bodies(signer: Ed25519Signer, steps: list[tuple[int, int, bytes, list[bytes]]]) -> list[bytes]:
    return [
        submission_bytes(
            old_size=old, proof=proof, note=sign_checkpoint(Checkpoint(signer.vkey.name, size, root), signer)
        )
        for old, size, root, proof in steps
    ]


@contextmanager
def _serving(folder: Path, signers: list[Ed25519Signer]) -> Iterator[WitnessServer]:
    key = Cosigner.generate("witness.example")
    store = Store(folder, vkey=key.vkey)
    witness = Witness(key=key, store=store, logs=[str(signer.vkey) for signer in signers])
    with WitnessServer(witness, host="127.0.0.1", port=0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
    store.close()


def _milliseconds(url: str, bodies: list[bytes]) -> list[float]:
    answers = [submit(url, body) for body in bodies]
    if any(answer.status != 200 for answer in answers):
        raise SystemExit("the witness refused what it must cosign")
    return sorted(answer.seconds * 1000 for answer in answers)


def _rate(url: str, logs: list[list[bytes]]) -> float:
    threads = [threading.Thread(target=_milliseconds, args=(url, bodies)) for bodies in logs]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(map(len, logs)) / (time.monotonic() - began)


def _syncs(folder: Path) -> float:
    began, path = time.monotonic(), folder / "bound"
    for _ in range(STEPS):
        with path.open("wb") as file:
            file.write(bytes(400))
            file.flush()
            os.fsync(file.fileno())
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return STEPS / (time.monotonic() - began)


if __name__ == "__main__":
    main()
