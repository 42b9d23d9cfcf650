"""How a storm's clients ask, and what is counted of it: requests over real connections, each client at its pace."""

import http.client
import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where nothing did, and then `fault` says why."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""

    def members(self) -> Any:
        """Give the JSON of the body."""
        return json.loads(self.body)


def ask(  # noqa: PLR0913 - what a request is made of
    address: Address,
    method: str,
    path: str,
    *,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    timeout: float = 30,
) -> Answer:
    """Ask once over a connection of its own, as phones do that were out of reach for a while."""
    connection = http.client.HTTPConnection(*address, timeout=timeout)
    try:
        connection.request(method, path, body or None, dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.read(), {name.lower(): value for name, value in response.getheaders()})
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, fault=type(error).__name__)
    finally:
        connection.close()


class Tally:
    """Counts answers by kind of client; safe for threads."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._seconds: dict[str, list[float]] = defaultdict(list)
        self._statuses: dict[str, Counter[str]] = defaultdict(Counter)
        self._events: Counter[str] = Counter()
        self.acknowledged: set[str] = set()
        self.bare_503 = 0

    def add(self, kind: str, answer: Answer, seconds: float) -> None:
        """Count one answer and how long it was waited for."""
        with self._lock:
            self._seconds[kind].append(seconds)
            self._statuses[kind][str(answer.status) if answer.status else answer.fault] += 1
            self.bare_503 += answer.status == 503 and "retry-after" not in answer.headers

    def acknowledge(self, kind: str, records: Sequence[str]) -> None:
        """Note records of which a client was told that they are kept."""
        with self._lock:
            self.acknowledged.update(records)
            self._events[kind] += len(records)

    def statuses(self) -> Counter[str]:
        """Count what was answered, all kinds together."""
        with self._lock:
            return sum(self._statuses.values(), Counter())

    def report(self, *, seconds: float) -> dict[str, Any]:
        """Give each kind's rate, waiting times in milliseconds and answers."""
        with self._lock:
            return {kind: self._told(kind, seconds) for kind in sorted(self._seconds)}

    def _told(self, kind: str, seconds: float) -> dict[str, Any]:
        waited = sorted(self._seconds[kind])
        told: dict[str, Any] = {
            "requests": len(waited),
            "per_second": round(len(waited) / seconds, 2),
            **{f"p{part}_ms": round(1000 * _part(waited, part), 1) for part in (50, 95, 99)},
            "answers": dict(sorted(self._statuses[kind].items())),
        }
        if self._events[kind]:
            told |= {"records": self._events[kind], "records_per_second": round(self._events[kind] / seconds, 2)}
        return told


def _part(waited: Sequence[float], percent: int) -> float:
    return waited[min(len(waited) - 1, len(waited) * percent // 100)]


Act = Callable[[], Answer]


@dataclass(frozen=True, slots=True)
class Client:
    """Somebody who does one thing every so many seconds."""

    kind: str
    every: float
    act: Act
    # Before the first time, so that not all ask at once.
    delay: float = 0.0


class Storm:
    """Clients that go on until they are stopped, each in a thread of its own."""

    def __init__(self, clients: Sequence[Client], tally: Tally) -> None:
        """Start nothing yet."""
        self._tally = tally
        self._stop = threading.Event()
        self.faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._live, args=[one], daemon=True) for one in clients]

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it is at. Raises what a client stumbled over."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self.faults:
            raise self.faults[0]

    def _live(self, client: Client) -> None:
        due = time.monotonic() + client.delay
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            try:
                answer = client.act()
            except Exception as error:  # noqa: BLE001 - a client that stumbles is told of at the end, not lost in a thread
                self.faults.append(error)
                return
            now = time.monotonic()
            # From when it was due: who had to wait for the answer before waited for this one, too.
            self._tally.add(client.kind, answer, now - due)
            due = max(due + client.every, now)
