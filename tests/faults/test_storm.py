"""A small storm on the whole product, with one thing after the other going wrong: nothing acknowledged is lost.

    SUYUAN_STORM_ROUNDS=20 python -m pytest -n 0 tests/faults/test_storm.py

kills the parts so often; SUYUAN_STALL_SECONDS=60 lets the network stall for so long; SUYUAN_STAGE_LOGS names a folder
for what the parts have written.
"""

import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import redis
from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu import Connection
from pytest_django.plugin import DjangoDbBlocker

from benchmarks.storm_people import Former, Phone, Reader
from benchmarks.storm_traffic import Answer, Client, Storm, Tally, ask
from tests.factories.epcis import WHEN
from tests.faults.processes import wait_until
from tests.faults.stage import Stage, folder_for_engines
from tests.traceability.epcis.samples import document, observation
from traceability.enums import CaptureState, RunKind, RunState
from traceability.models import (
    CaptureJob,
    EpcisEvent,
    Finding,
    LogEntry,
    LogState,
    OutboxEntry,
    Receipt,
    SignedCheckpoint,
    TaskRequest,
    VerificationRun,
)
from traceability.services import task_outbox, verification
from traceability.services.capture import CAPTURE
from traceability.services.fsck import Fsck

ROUNDS = int(os.environ.get("SUYUAN_STORM_ROUNDS", "1"))
STALL_SECONDS = float(os.environ.get("SUYUAN_STALL_SECONDS", "3"))
BURST = 10
# Each run another storm, and each test of it other ids: the stage keeps what earlier tests have sent.
CHANCE = secrets.SystemRandom()

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Stage]:
    with folder_for_engines() as folder, Stage(folder, django_db_blocker) as made:
        yield made
        if kept := os.environ.get("SUYUAN_STAGE_LOGS"):
            made.keep_logs(Path(kept))


class Crowd:
    """Two phones, somebody at a form, and a consumer; everybody sends again what was not acknowledged."""

    def __init__(self, stage: Stage, *, timeout: float = 10) -> None:
        self.stage, self.tally = stage, Tally()
        shared: dict[str, Any] = {"address": stage.address, "tally": self.tally, "timeout": timeout, "chance": CHANCE}
        self.phones = [Phone(**shared, farm=farm, burst=BURST) for farm in stage.farms[:2]]
        self.former = Former(**shared, farm=stage.farms[2])
        self.reader = Reader(**shared, paths=[farm.trace for farm in stage.farms])
        clients = [Client("phones", 0.3, phone.sync) for phone in self.phones]
        clients += [Client("forms", 0.3, self.former.press), Client("pages", 0.5, self.reader.scan)]
        self.storm = Storm(clients, self.tally)

    def goes_on(self) -> None:
        """Wait until everybody who writes has been heard once more."""
        before = len(self.tally.acknowledged)
        wait_until(lambda: len(self.tally.acknowledged) >= before + 3 * BURST, what="records are acknowledged")

    def settle(self) -> None:
        """Let everybody send what is left, and wait until it is acknowledged."""
        self.storm.stop()
        wait_until(self._is_all_sent, what="all is acknowledged")

    def _is_all_sent(self) -> bool:
        for phone in self.phones:
            if phone.waiting:
                phone.send(list(phone.waiting.values()))
        if self.former.waiting:
            self.former.press()
        return not any(phone.waiting for phone in self.phones) and not self.former.waiting


@contextmanager
def storm(stage: Stage, **options: float) -> Iterator[Crowd]:
    """Let a storm blow around a fault, and check everything after it."""
    crowd = Crowd(stage, **options)
    crowd.storm.start()
    crowd.goes_on()
    yield crowd
    crowd.goes_on()
    crowd.settle()
    check(stage, crowd.tally)


def check(stage: Stage, tally: Tally) -> None:
    """Nothing acknowledged is lost, all of it is signed, and everything that is stored follows from the leaves."""
    sys.stdout.write(f"{len(tally.acknowledged)} acknowledged; answers: {dict(tally.statuses())}\n")
    with stage.database():
        wait_until(lambda: not OutboxEntry.objects.exists(), what="the integrator goes on")
        wait_until(lambda: SignedCheckpoint.objects.filter(size=_size()).exists(), what="the publisher goes on")
        kept = {str(one) for one in LogEntry.objects.values_list("record_id", flat=True)}
        assert tally.acknowledged - kept == set()
        assert list(Fsck().faults()) == []
    assert stage.are_running()
    assert tally.statuses()["500"] == 0
    assert tally.bare_503 == 0


def _size() -> int:
    return LogState.objects.get().size


def test_parts_that_are_killed_at_random(stage: Stage) -> None:
    with storm(stage) as crowd:
        for _ in range(ROUNDS):
            for role in CHANCE.sample(["web", "worker", "integrate", "publish"], 4):
                time.sleep(CHANCE.random() / 2)
                stage.kill(role)
                stage.revive(role)
            crowd.goes_on()


def test_a_database_that_is_started_again(stage: Stage) -> None:
    with storm(stage) as crowd:
        stage.stop_database()
        # Long enough for every client to run against the wall.
        wait_until(lambda: crowd.tally.statuses()["503"] >= 4, what="clients are told to come again")
        stage.start_database()
        began = time.monotonic()
        before = len(crowd.tally.acknowledged)
        wait_until(lambda: len(crowd.tally.acknowledged) > before, what="records are taken again")
        sys.stdout.write(f"records are taken again after {time.monotonic() - began:.2f} s\n")


def test_a_broker_that_hangs_dies_and_forgets(stage: Stage) -> None:
    with storm(stage) as crowd:
        stage.to_broker.hold()
        asked = [ask_for_verification(stage)]
        crowd.goes_on()
        stage.to_broker.carry()
        stage.broker.kill()
        asked.append(ask_for_verification(stage))
        crowd.goes_on()
        stage.broker.start()
        asked.append(ask_for_verification(stage))
        redis.Redis(port=stage.broker.port).flushall()
        crowd.goes_on()
        wait_for_tasks(stage, asked)


def test_a_disk_that_is_full(stage: Stage) -> None:
    full = stage.folder / "full"
    # What a part was writing when an earlier test killed it stays; a write that failed takes its draft away.
    left = _drafts(stage)
    with storm(stage) as crowd:
        full.touch()
        # What needs no file is taken all the same; what does is told to come again.
        crowd.goes_on()
        refused = capture(stage, events=1)
        with stage.database():
            wait_until(lambda: Finding.objects.filter(rule="publish").exists(), what="somebody is told")
            text = Finding.objects.get(rule="publish").text
        full.unlink()

    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert text == "storage: No space left on device"
    wait_until(lambda: _drafts(stage) <= left, what="no draft of a failed write is left")
    assert capture(stage, events=1).status == 202


def _drafts(stage: Stage) -> set[Path]:
    return set(stage.folder.rglob("*.part"))


def test_a_clock_that_is_set_back_an_hour(stage: Stage) -> None:
    clock = stage.folder / "clock"
    with storm(stage) as crowd:
        clock.write_text("-3600")
        wait_until(lambda: "the clock was set back" in stage.written("beat"), what="beat sees it")
        crowd.goes_on()
        wait_for_tasks(stage, [ask_for_verification(stage)])
        with stage.database():
            size = _size()
            wait_until(lambda: SignedCheckpoint.objects.filter(size__gte=size).exists(), what="the log is signed")
        clock.unlink()


def test_a_task_that_is_delivered_twice_and_a_worker_that_dies_at_it(stage: Stage) -> None:
    with stage.database():
        before = EpcisEvent.objects.count()
    # Two connections: who asks within a transaction is told again and again what it was told first.
    with stage.superuser() as other, stage.superuser() as watcher:
        with other.transaction():
            # Whoever captures comes as far as this table.
            other.execute("LOCK TABLE traceability_epcisevent IN SHARE MODE")
            job = capture(stage, events=60).headers["location"].rpartition("/")[2]
            wait_until(lambda: somebody_waits(watcher), what="a worker is at it")
            deliver_again(stage, job)
            stage.kill("worker")
        stage.revive("worker")
    deliver_again(stage, job)

    with stage.database():
        wait_until(lambda: CaptureJob.objects.get(pk=job).state == CaptureState.SUCCEEDED, what="the job is done")
        deliver_again(stage, job)
        wait_until(lambda: request_of(job).done_at is not None, what="the request is done")
        assert request_of(job).attempts >= 2
        assert CaptureJob.objects.get(pk=job).captured == 60
        assert EpcisEvent.objects.count() - before == 60
    check(stage, Tally())


def test_requests_that_are_cut_in_the_middle(stage: Stage) -> None:
    phone = Crowd(stage).phones[0]
    phone.log(2)
    (half, whole) = phone.waiting.values()
    send_and_hang_up(stage, phone, half, part=0.5)
    send_and_hang_up(stage, phone, whole, part=1.0)
    with stage.database():
        wait_until(lambda: is_kept(whole), what="the one that came whole is kept")
        assert not is_kept(half)

    with storm(stage) as crowd:
        for _ in range(10):
            CHANCE.choice([stage.to_web, stage.to_web, stage.to_database]).cut()
            time.sleep(CHANCE.random() / 5)
        crowd.goes_on()
    states = [one["state"] for one in phone.send([whole, half]).members()["results"]]
    assert states == ["repeated", "taken"]


def test_a_network_that_stalls(stage: Stage) -> None:
    with storm(stage) as crowd:
        stage.to_web.hold()
        time.sleep(STALL_SECONDS)
        # By then clients have given up; what they sent comes through all the same, and once more from themselves.
        stage.to_web.cut()
        stage.to_web.carry()
        crowd.goes_on()
        stage.to_database.hold()
        time.sleep(STALL_SECONDS)
        stage.to_database.carry()


def ask_for_verification(stage: Stage) -> int:
    """Ask for a task as a service does, and give the number of its request."""
    with stage.database(), transaction.atomic():
        now = timezone.now()
        run = VerificationRun.objects.create(kind=RunKind.INCREMENTAL, requested_at=now)
        task_outbox.request(verification.VERIFY_NEW, run.pk, at=now)
        return TaskRequest.objects.get(name=verification.VERIFY_NEW, argument=str(run.pk)).pk


def wait_for_tasks(stage: Stage, asked: Sequence[int]) -> None:
    with stage.database():
        left = TaskRequest.objects.filter(pk__in=asked, done_at=None)
        wait_until(lambda: not left.exists(), what="what was asked for is done")
        runs = [int(one.argument) for one in TaskRequest.objects.filter(pk__in=asked)]
        assert set(VerificationRun.objects.filter(pk__in=runs).values_list("state", flat=True)) == {RunState.CLEAN}


def capture(stage: Stage, *, events: int) -> Answer:
    """Send an EPCIS document, which is kept as a file, as a partner's machine does."""
    told = [observation(**WHEN, eventID=f"urn:uuid:{uuid4()}") for _ in range(events)]
    headers = {"Authorization": f"Bearer {stage.farms[0].api_key}", "Content-Type": "application/ld+json"}
    return ask(stage.address, "POST", "/api/epcis/capture", body=document(*told), headers=headers)


def request_of(job: str) -> TaskRequest:
    return TaskRequest.objects.get(name=CAPTURE, argument=job)


def deliver_again(stage: Stage, job: str) -> None:
    """Send what the relay has sent, twice more."""
    with stage.database(), Connection(f"redis://127.0.0.1:{stage.broker.port}/0") as broker:
        for _ in range(2):
            current_app.send_task(CAPTURE, args=[request_of(job).pk], connection=broker)


def somebody_waits(watcher: "psycopg.Connection[tuple[object, ...]]") -> bool:
    found = watcher.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone()
    return found is not None and found[0] != 0


def send_and_hang_up(stage: Stage, phone: Phone, entry: Mapping[str, Any], *, part: float) -> None:
    """Send so much of a request, and hang up without hearing the answer."""
    body = json.dumps({"sent_at": timezone.now().isoformat(), "entries": [entry]}).encode()
    said = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in (said | phone.farm.headers()).items()]
    head = "\r\n".join(["POST /api/fieldwork/entries HTTP/1.1", *lines, "", ""]).encode()
    with socket.create_connection(stage.address, timeout=10) as line:
        line.sendall(head + body[: round(part * len(body))])


def is_kept(entry: Mapping[str, Any]) -> bool:
    return Receipt.objects.filter(record_id=entry["content"]["id"]).exists()
