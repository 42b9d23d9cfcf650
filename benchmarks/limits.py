"""What this machine can do at all, measured now: the bounds that the other benchmarks print beside their figures.

S  SHA-256 of a 300-byte body, per second      N  SHA-256 of a 65-byte node, per second
F  write + fdatasync of 4 KiB, per second      I  single-row INSERT transactions per second, 8 clients
C  rows per second by COPY                     E  Ed25519 verifications per second
"""

import hashlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.ground import engines

BODY = b"x" * 300
CLIENTS = 8
_TABLE = "CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, entity text, body bytea, hash bytea)"
_INSERT = "INSERT INTO plain (entity, body, hash) VALUES (%s, %s, %s)"


def rate(work: Callable[[], object], *, times: int, rounds: int = 5) -> float:
    """Run the work `times` in each of several rounds and give the median rate per second."""
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(times):
            work()
        rates.append(times / (time.perf_counter() - start))
    return statistics.median(rates)


def sha256_rate(size: int) -> float:
    """Measure SHA-256 over a body of this many bytes."""
    body = b"x" * size
    return rate(lambda: hashlib.sha256(body).digest(), times=200_000)


def fdatasync_rate(folder: Path | None = None) -> float:
    """Measure 4 KiB written and made durable."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:

        def write() -> None:
            os.pwrite(file.fileno(), b"x" * 4096, 0)
            os.fdatasync(file.fileno())

        return rate(write, times=100)


def ed25519_rate() -> float:
    """Measure bare signature verification."""
    key = Ed25519PrivateKey.generate()
    signature, public = key.sign(BODY), key.public_key()
    return rate(lambda: public.verify(signature, BODY), times=3000)


def _insert_for(url: str, seconds: float, counted: "multiprocessing.Queue[int]") -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        count, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            connection.execute(_INSERT, [f"lot:{count}", BODY, BODY[:32]])
            count += 1
    counted.put(count)


def insert_rate(url: str, *, seconds: float = 3) -> float:
    """Measure single-row transactions from 8 client processes."""
    counted: multiprocessing.Queue[int] = multiprocessing.Queue()
    clients = [multiprocessing.Process(target=_insert_for, args=(url, seconds, counted)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    total = sum(counted.get() for _ in clients)
    for client in clients:
        client.join()
    return total / seconds


def copy_rate(url: str, *, rows: int = 50_000) -> float:
    """Measure rows by COPY into a table of the same shape."""

    def copy() -> None:
        statement = "COPY plain (entity, body, hash) FROM STDIN"
        with psycopg.connect(url) as connection, connection.cursor() as cursor, cursor.copy(statement) as copied:
            for number in range(rows):
                copied.write_row((f"lot:{number}", BODY, BODY[:32]))

    return rows * rate(copy, times=1, rounds=3)


def measure(url: str) -> dict[str, float]:
    """Measure every limit; `url` names a database in which a table `plain` may be made."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP TABLE IF EXISTS plain; {_TABLE}")
    found = {
        "S": sha256_rate(300),
        "N": sha256_rate(65),
        "F": fdatasync_rate(),
        "I": insert_rate(url),
        "C": copy_rate(url),
        "E": ed25519_rate(),
    }
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE plain")
    return {name: round(value, 1) for name, value in found.items()}


def main() -> None:
    """Print the limits as JSON."""
    with engines() as running:
        print(json.dumps(measure(running.environ["DATABASE_OWNER_URL"])))


if __name__ == "__main__":
    main()
