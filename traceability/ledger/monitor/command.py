"""`python -m traceability.ledger monitor URL`: follow a log, and end with 1 where it contradicts itself."""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from traceability.ledger.checkpoint import Checkpoint, open_checkpoint
from traceability.ledger.errors import NoteError
from traceability.ledger.monitor.fetching import AbsentError, FetchError, fetch
from traceability.ledger.monitor.following import Following, ForkError, StateError
from traceability.ledger.note import parse_vkey
from traceability.ledger.policy import MAX_POLICY_BYTES, Policy, TrustedKey, parse_policy
from traceability.ledger.witness.store import origin_hash

_MEMORY = "following.json"


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to a parser's."""
    monitor = commands.add_parser("monitor", help="follow a log over HTTP, and tell where it contradicts itself")
    monitor.add_argument("url", help="the address under which `checkpoint` and `tile/` are")
    monitor.add_argument("--store", type=Path, required=True, help="the folder for memory and evidence")
    monitor.add_argument("--vkey", help="the key of the log")
    monitor.add_argument("--policy", type=Path, help="a policy: the log, and which witnesses must have cosigned")
    monitor.add_argument("--witness", action="append", default=[], help="address of a witness to compare with")
    monitor.add_argument("--seconds", type=float, default=60.0, help="how often to look (default 60)")
    monitor.add_argument("--once", action="store_true", help="look once and end")


def run(options: argparse.Namespace) -> list[str]:
    """Look again and again; return after one look with --once. Raises ForkError, StateError, NoteError, OSError."""
    policy = _policy(options)
    options.store.mkdir(mode=0o700, parents=True, exist_ok=True)
    monitor = Monitor(url=options.url, witnesses=options.witness, policy=policy, store=options.store)
    while True:
        try:
            lines = monitor.look()
        except FetchError as error:
            # Silence is no contradiction. Whoever watches the monitor sees that it finds nothing new.
            if options.once:
                raise
            lines = [f"no answer: {error}"]
        if options.once:
            return lines
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
        time.sleep(options.seconds)


class Monitor:
    """Looks at one log and its witnesses, and remembers what it saw."""

    def __init__(self, *, url: str, witnesses: Sequence[str], policy: Policy, store: Path) -> None:
        self._url, self._witnesses, self._policy, self._store = url, witnesses, policy, store
        self._memory = store / _MEMORY

    def look(self) -> list[str]:
        """Follow the log to what it shows now, and say how far. Raises ForkError, FetchError, StateError, NoteError."""
        note = fetch(self._url, "checkpoint")
        checkpoint, _ = self._policy.open_checkpoint(note)
        following = self._remembered(checkpoint.origin)
        seen = dict(self._seen(checkpoint.origin))
        before = following.size
        try:
            if checkpoint.size < before:
                following.go_on(checkpoint, others=[], fetch=partial(fetch, self._url))
                return [
                    f"{checkpoint.origin}: an older checkpoint of {checkpoint.size}; {before} were followed already"
                ]
            beyond = following.go_on(checkpoint, others=seen, fetch=partial(fetch, self._url))
        except ForkError as error:
            raise ForkError(f"{error}; the signed notes are in {self._keep(note, *seen.values())}") from error
        self._remember(following)
        ahead = [f"a witness knows {one.size} already; looked at the next time" for one in beyond]
        return [f"OK: {checkpoint.origin} from {before} to {checkpoint.size}, {len(seen)} witnesses agree", *ahead]

    def _seen(self, origin: str) -> Iterator[tuple[Checkpoint, bytes]]:
        vkeys = [str(log.vkey) for log in self._policy.logs]
        for url in self._witnesses:
            try:
                note = fetch(url, f"{origin_hash(origin)}/checkpoint")
            except AbsentError:
                continue
            # By the log's key: a witness can show nothing that the log has not signed.
            yield open_checkpoint(note, vkeys, origin=origin)[0], note

    def _remembered(self, origin: str) -> Following:
        try:
            following = Following.from_json(self._memory.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Following(origin)
        if following.origin != origin:
            raise StateError(f"memory: of {following.origin!r}; this is {origin!r}")
        return following

    def _remember(self, following: Following) -> None:
        _write(self._memory, following.to_json().encode())

    def _keep(self, *notes: bytes) -> Path:
        folder = self._store / f"evidence-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}"
        folder.mkdir(exist_ok=True)
        for number, note in enumerate(notes):
            _write(folder / f"checkpoint.{number}", note)
        if self._memory.exists():
            _write(folder / _MEMORY, self._memory.read_bytes())
        return folder


def _policy(options: argparse.Namespace) -> Policy:
    if options.policy:
        with options.policy.open("rb") as file:
            return parse_policy(file.read(MAX_POLICY_BYTES + 1))
    if not options.vkey:
        raise NoteError("a monitor needs the key of the log: --vkey NAME+ID+KEY, or --policy FILE")
    return Policy(logs=(TrustedKey(parse_vkey(options.vkey)),))


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
