"""Asking witnesses over HTTP (c2sp.org/tlog-witness): all at once, each bounded in time and bytes.

Nothing secret goes out and nothing is believed: what comes back is a signature, which is verified, or a size. Plain
HTTP will do on a network of one's own; across others it takes `https://`, so that nobody in between can be silent in
a witness's name.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TypeAlias
from urllib.parse import urlsplit

from traceability.errors import TraceabilityError
from traceability.ledger.witness.conversation import SIZE_TYPE

# How long a witness may take, and how long after the quorum has answered the rest are waited for: a slow one must not
# hold up what the others vouch for.
SECONDS = 3.0
GRACE_SECONDS = 0.3
_MOST_BYTES = 65_536


class WitnessError(TraceabilityError):
    """A witness does not answer, or refuses, or answers with what it can't say."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answered, and how long it took in seconds."""

    status: int
    content_type: str
    body: bytes
    seconds: float

    @property
    def is_size(self) -> bool:
        """Whether it tells the size that the witness knows."""
        return self.status == 409 and self.content_type == SIZE_TYPE


Found = dict[str, Answer | WitnessError]
_Answers: TypeAlias = "queue.SimpleQueue[tuple[str, Answer | WitnessError]]"


def submit(url: str, body: bytes) -> Answer:
    """Hand a checkpoint to a witness. Raises WitnessError where it does not answer."""
    began = time.monotonic()
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WitnessError("its address is neither http:// nor https://")
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = connect(parts.hostname, parts.port, timeout=SECONDS)
    except ValueError as error:
        raise WitnessError("its address has no such port") from error
    try:
        connection.request("POST", f"{parts.path.rstrip('/')}/add-checkpoint", body, {"Content-Type": "text/plain"})
        answer = connection.getresponse()
        found = answer.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        # The kind only: texts of the network name hosts.
        raise WitnessError(f"it does not answer ({type(error).__name__})") from error
    finally:
        connection.close()
    return Answer(answer.status, answer.getheader("Content-Type", ""), found, time.monotonic() - began)


class Asking:
    """Asks many at once, and none that still owes an answer: one that hangs takes one thread, not one a second."""

    def __init__(self) -> None:
        self._busy: set[str] = set()
        self._guard = threading.Lock()

    def all(self, asked: Mapping[str, Callable[[], Answer]], *, enough: Callable[[Found], bool]) -> Found:
        """Ask each and return what each answered, or why it did not.

        Waits for all, but no longer than SECONDS, and only GRACE_SECONDS more once `enough` have answered.
        """
        answers: _Answers = queue.SimpleQueue()
        waiting = [name for name in asked if self._start(name, asked[name], answers)]
        found: Found = {name: WitnessError("it still owes an answer") for name in asked if name not in waiting}
        deadline = time.monotonic() + SECONDS
        while len(found) < len(asked):
            if enough(found):
                deadline = min(deadline, time.monotonic() + GRACE_SECONDS)
            try:
                name, answer = answers.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            found[name] = answer
        return {name: found.get(name, WitnessError(f"no answer in time ({SECONDS:g} s)")) for name in asked}

    def _start(self, name: str, ask: Callable[[], Answer], answers: _Answers) -> bool:
        with self._guard:
            if name in self._busy:
                return False
            self._busy.add(name)

        def work() -> None:
            try:
                answer: Answer | WitnessError = ask()
            except WitnessError as error:
                answer = error
            finally:
                with self._guard:
                    self._busy.discard(name)
            answers.put((name, answer))

        threading.Thread(target=work, name=f"witness {name}", daemon=True).start()
        return True


asking = Asking()
