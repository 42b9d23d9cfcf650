"""How long a bank waits for an answer, on a real server: token, query, evidence, each with its proof (DPoP).

    python -m benchmarks.bank [--banks 100] [--farms 10] [--flows 200] [--seconds 15] [--clients 8] [--workers 2]

Prints one line of JSON, milliseconds. `flows`: one machine after the other gets a token, asks by a consent that was
never asked by before (a score is made from the evidence, signed and kept), asks again, and downloads the evidence.
`load`: so many clients at once ask for so many seconds, as the machines of all banks in turn. `hello`: they ask for the
page that does nothing. Farms and banks are generated; clients, server and database share the machine.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from benchmarks.ground import engines, set_up_product

_ENTRYPOINT = Path(__file__).parents[1] / "docker" / "entrypoint"


def main() -> None:
    """Build the ground, start the server, measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, count in (("banks", 100), ("farms", 10), ("flows", 200), ("seconds", 15), ("clients", 8), ("workers", 2)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    with engines():
        set_up_product()
        from benchmarks.bank_made import furnish  # noqa: PLC0415 - models need Django

        ground = furnish(banks=options.banks, farms=options.farms, flows=options.flows)
        with _server(options.workers) as port:
            machines = [one.at(port) for one in ground.machines]
            found: dict[str, Any] = {
                "generated": True,
                "banks": options.banks,
                "flows": _flows(machines, ground.consents[: options.flows]),
                "load": _load(machines, ground.consents, seconds=options.seconds, clients=options.clients),
                "hello": _hello(machines[0], seconds=5, clients=options.clients),
            }
            found["evidence_kb"] = max(one.evidence_bytes for one in machines) // 1024
    print(json.dumps(found))


@contextlib.contextmanager
def _server(workers: int) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    environ = os.environ | {
        "WEB_BIND": f"127.0.0.1:{port}",
        "WEB_WORKERS": str(workers),
        "ALLOWED_HOSTS": "127.0.0.1",
        # What is measured is the work, and one machine stands for all banks here.
        "BANK_RATE": "100000000/min",
    }
    process = subprocess.Popen([_ENTRYPOINT, "web"], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        time.sleep(0.2)
    raise SystemExit("the server did not start")


@dataclass
class Taken:
    """Seconds by step, and what was not answered with 200."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)

    def add(self, step: str, seconds: float) -> None:
        """Count one."""
        self.seconds.setdefault(step, []).append(seconds)

    def refuse(self, status: int) -> None:
        """Count an answer that is none."""
        self.refused[str(status)] = self.refused.get(str(status), 0) + 1

    def figures(self) -> dict[str, Any]:
        """Give percentiles in milliseconds."""
        return {step: _percentiles(found) for step, found in self.seconds.items()} | {"refused": self.refused}


def _percentiles(found: list[float]) -> dict[str, float]:
    ordered = sorted(found)
    at = {name: ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in _SHARES.items()}
    return {name: round(seconds * 1000, 1) for name, seconds in at.items()} | {"n": len(found)}


_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def _flows(machines: list[Any], consents: list[tuple[int, str]]) -> dict[str, Any]:
    taken = Taken()
    # The first request of each worker loads what the others find loaded.
    for one in machines[:8]:
        one.token(consents[0][1])
    for number, consent in consents:
        _flow(machines[number], consent, taken)
    return taken.figures()


def _flow(machine: Any, consent: str, taken: Taken) -> None:
    query, whole = str(uuid4()), 0.0
    steps: dict[str, Callable[[], int]] = {
        "token": lambda: machine.token(consent),
        "query": lambda: machine.ask(consent, query),
        "again": lambda: machine.ask(consent, str(uuid4())),
        "evidence": lambda: machine.evidence(query),
    }
    for step, take in steps.items():
        start = time.perf_counter()
        status = take()
        seconds = time.perf_counter() - start
        taken.add(step, seconds)
        whole += seconds if step != "again" else 0
        if status != http.HTTPStatus.OK:
            taken.refuse(status)
    taken.add("token, query and evidence", whole)


def _load(machines: list[Any], consents: list[tuple[int, str]], *, seconds: int, clients: int) -> dict[str, Any]:
    chance = random.Random(5)
    turns = [one for one in consents if machines[one[0]].token(one[1]) == http.HTTPStatus.OK]
    chance.shuffle(turns)

    def ask(turn: tuple[int, str]) -> int:
        number, consent = turn
        status: int = machines[number].ask(consent, str(uuid4()))
        return status

    return _at_once("query", ask, turns * 60, seconds=seconds, clients=clients)


def _hello(machine: Any, *, seconds: int, clients: int) -> dict[str, Any]:
    """Ask for the page that does nothing: what server, middleware and these clients can do at all on this machine."""
    return _at_once("hello", lambda _: machine.hello(), range(1_000_000), seconds=seconds, clients=clients)


def _at_once(
    step: str, ask: Callable[[Any], int], turns: Sequence[Any], *, seconds: int, clients: int
) -> dict[str, Any]:
    """Let each client keep a connection of its own to the server, and take its turns one after the other."""
    taken, lock = Taken(), threading.Lock()
    start = time.perf_counter()

    def work(own: Sequence[Any]) -> None:
        for turn in own:
            begun = time.perf_counter()
            if begun >= start + seconds:
                return
            status = ask(turn)
            with lock:
                taken.add(step, time.perf_counter() - begun)
                if status != http.HTTPStatus.OK:
                    taken.refuse(status)

    threads = [threading.Thread(target=work, args=(turns[place::clients],)) for place in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    lasted = time.perf_counter() - start
    return {"clients": clients, "a_second": round(len(taken.seconds[step]) / lasted, 1), **taken.figures()}


if __name__ == "__main__":
    main()
