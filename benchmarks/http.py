"""What people and machines ask most, on a real server: rate, waiting time, processor time, and the share of the bound.

    python -m benchmarks.http [--requests 200] [--clients 4] [--history 60] [--workers 2]

Prints one line of JSON. H is how often `/healthz` answers, by the same server and the same clients; C is rows a second
by COPY. `of_bound` is the rate as a share of H, or, for bursts, the records a second as a share of C. `server_ms` and
`database_ms` are processor time for each request. Each request is a connection of its own. The farm is generated.
"""

import argparse
import http.client
import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks.ground import engines, set_up_product
from benchmarks.limits import copy_rate
from benchmarks.storm_people import Former, Phone, Reader, seed_of
from benchmarks.storm_traffic import Address, Answer, Tally, ask
from scripts.engines import free_port

_ENTRYPOINT = Path(__file__).parents[1] / "docker" / "entrypoint"
_OK = {http.client.OK, http.client.FOUND}
_PARTS = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


def main() -> None:
    """Build the ground, start the server, measure one kind after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, count in (("requests", 200), ("clients", 4), ("history", 60), ("workers", 2)):
        parser.add_argument(f"--{name}", type=int, default=count)
    options = parser.parse_args()
    with engines() as running:
        # What is measured is the work: the limits of one party and of one moment are elsewhere.
        os.environ |= {"PHONES_RATE": "1000000/min", "OUTBOX_LIMIT": "10000000", "BURSTS_AT_ONCE": "100"}
        bound = _copied(running.environ["DATABASE_OWNER_URL"])
        set_up_product()
        farm = _furnish(options.history)
        found = _measured(options, farm, database=running.postgres_pid)
    print(json.dumps({"generated": True, **vars(options), "C": round(bound), **_told(found, bound=bound)}))


def _copied(url: str) -> float:
    import psycopg  # noqa: PLC0415 - only here

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE plain (id bigserial PRIMARY KEY, entity text, body bytea, hash bytea)")
        found = copy_rate(url)
        connection.execute("DROP TABLE plain")
    return found


def _furnish(history: int) -> Any:
    """Make a farm whose season has so many records, all of them in the log and signed."""
    from django.db import connections  # noqa: PLC0415 - after Django was set up
    from django.utils import timezone  # noqa: PLC0415 - likewise

    from accounts.models import Membership  # noqa: PLC0415 - likewise
    from benchmarks.storm_world import make_farm  # noqa: PLC0415 - likewise
    from traceability.services.integrator import integrate_once  # noqa: PLC0415 - likewise
    from traceability.services.phone_entries import read_entry  # noqa: PLC0415 - likewise
    from traceability.services.phone_records import Delivery, record_phone_entries  # noqa: PLC0415 - likewise
    from traceability.services.publisher import publish_once  # noqa: PLC0415 - likewise

    at = timezone.now()
    farm = make_farm(0, at=at)
    phone = Phone(address=("", 0), tally=Tally(), chance=seed_of("history"), farm=farm)
    member = Membership.objects.select_related("user", "organisation").get()
    delivery = Delivery(membership=member, at=at, skew_seconds=0)
    record_phone_entries(entries=[read_entry(phone.entry()) for _ in range(history)], delivery=delivery)
    integrate_once()
    publish_once(at=at)
    connections.close_all()
    return farm


@dataclass
class Found:
    """What was seen of one kind of request."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    lasted: float = 0.0
    server: float = 0.0
    database: float = 0.0

    def told(self) -> dict[str, Any]:
        """Give rates and percentiles."""
        ordered, count = sorted(self.seconds), len(self.seconds)
        waited = {f"{name}_ms": _ms(ordered[min(count - 1, int(count * part))]) for name, part in _PARTS.items()}
        work = {"server_ms": _ms(self.server / count), "database_ms": _ms(self.database / count)}
        return {"n": count, "refused": self.refused, "per_second": self.rate, **waited, **work}

    @property
    def rate(self) -> float:
        """Requests a second, all clients together."""
        return round(len(self.seconds) / self.lasted, 1)


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 2)


def _measured(options: argparse.Namespace, farm: Any, *, database: int) -> dict[str, Found]:
    found: dict[str, Found] = {}
    subprocess.run([_ENTRYPOINT, "collect"], check=True)
    for kept in ("0", "30"):
        with _server(options.workers, PAGE_SECONDS=kept) as (address, web):
            kinds = _kinds(address, farm, count=options.requests)
            wanted = ["trace page"] if kept == "0" else [kind for kind in kinds if kind != "trace page"]
            for kind in wanted:
                found[kind] = _run(kinds[kind](), clients=options.clients, processes=(web, database))
    return found


Act = Callable[[], Answer]


def _kinds(address: Address, farm: Any, *, count: int) -> dict[str, Callable[[], list[Act]]]:
    """Give, by kind, what makes the requests ready: signing is the phone's work, and not ours to measure."""
    shared: dict[str, Any] = {"address": address, "tally": Tally(), "chance": seed_of("http")}
    season = farm.season.partition(":")[2]

    def get(path: str, accept: str = "text/html", **headers: str) -> Callable[[], list[Act]]:
        named = {"Accept": accept, "Accept-Encoding": "br", **headers}
        return lambda: [lambda: ask(address, "GET", path, headers=named)] * count

    def bursts(size: int) -> Callable[[], list[Act]]:
        phone = Phone(**shared, farm=farm)
        return lambda: [partial(phone.send, [phone.entry() for _ in range(size)]) for _ in range(count)]

    return {
        "H": get("/healthz"),
        "one event": bursts(1),
        "burst of 50": bursts(50),
        "form page": get(f"/seasons/{season}/log/irrigated/", **farm.headers()),
        "form": lambda: [Former(**shared, farm=farm).press for _ in range(count)],
        "home": get("/", **farm.headers()),
        "trace page": get(farm.trace),
        "trace page, kept": get(farm.trace),
        "bundle": lambda: [Reader(**shared, paths=[farm.trace]).prove] * count,
    }


def _run(acts: Sequence[Act], *, clients: int, processes: tuple[int, int]) -> Found:
    # Each worker's first answers load what the others find loaded; side by side, so that no worker is passed over.
    warm = len(acts) // 4
    _asked(acts[:warm], clients=clients)
    before, began = [_worked(pid) for pid in processes], time.perf_counter()
    found = _asked(acts[warm:], clients=clients)
    found.lasted = time.perf_counter() - began
    found.server, found.database = (_worked(pid) - was for pid, was in zip(processes, before, strict=True))
    return found


def _asked(acts: Sequence[Act], *, clients: int) -> Found:
    found, lock, waiting = Found(), threading.Lock(), iter(acts)

    def work() -> None:
        while True:
            with lock:
                act = next(waiting, None)
            if act is None:
                return
            began = time.perf_counter()
            answer = act()
            with lock:
                found.seconds.append(time.perf_counter() - began)
                found.refused += answer.status not in _OK

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _worked(pid: int) -> float:
    """Give the processor seconds of a process and those below it."""
    whole = psutil.Process(pid)
    seconds = 0.0
    for one in (whole, *whole.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            seconds += one.cpu_times().user + one.cpu_times().system
    return seconds


@contextmanager
def _server(workers: int, **settings: str) -> Iterator[tuple[Address, int]]:
    address = ("127.0.0.1", free_port())
    environ = os.environ | {"WEB_BIND": f"127.0.0.1:{address[1]}", "WEB_WORKERS": str(workers), **settings}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([_ENTRYPOINT, "web"], env=environ, **quiet)  # type: ignore[call-overload]
    try:
        _wait_for(address)
        yield address, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: Address) -> None:
    for _ in range(300):
        if ask(address, "GET", "/healthz").status == http.client.OK:
            return
        time.sleep(0.2)
    raise SystemExit("the server did not start")


def _told(found: dict[str, Found], *, bound: float) -> dict[str, Any]:
    hello = found["H"].rate
    shares = {kind: round(one.rate / hello, 3) for kind, one in found.items()}
    shares["burst of 50"] = round(50 * found["burst of 50"].rate / bound, 4)
    return {kind: {**one.told(), "of_bound": shares[kind]} for kind, one in found.items()}


if __name__ == "__main__":
    main()
