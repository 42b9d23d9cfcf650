import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scripts.processes import Member, ProcessEndedError, Troupe

SLEEP = "import time; print('ready', flush=True); time.sleep(600)"


@pytest.fixture
def troupe(tmp_path: Path) -> Iterator[Troupe]:
    troupe = Troupe(tmp_path, os.environ)
    yield troupe
    troupe.stop()


def test_members_stop_the_other_way_round(troupe: Troupe, tmp_path: Path) -> None:
    goodbye = tmp_path / "goodbye"
    script = (
        "import signal, sys, time\n"
        "def end(*_):\n    open(sys.argv[2], 'a').write(sys.argv[1]); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('ready', flush=True); time.sleep(600)"
    )
    for name in ("publish", "worker", "web"):
        member = troupe.start(name, sys.executable, "-c", script, name[0], str(goodbye))
        troupe.wait_until(_is_ready(member), name)

    troupe.stop()

    assert goodbye.read_text() == "wwp"
    assert not (tmp_path / "processes.json").exists()


def test_member_that_ends_is_named_with_the_end_of_its_log(troupe: Troupe) -> None:
    troupe.start("web", sys.executable, "-c", SLEEP)
    member = troupe.start("worker", sys.executable, "-c", "import sys; sys.exit('no broker')")
    member.process.wait()

    with pytest.raises(ProcessEndedError) as caught:
        troupe.check()

    assert str(caught.value).splitlines() == ["worker ended with code 1; the end of its log:", "    no broker"]


def test_waiting_ends_when_a_member_does(troupe: Troupe) -> None:
    troupe.start("worker", sys.executable, "-c", "raise SystemExit(3)")

    with pytest.raises(ProcessEndedError, match="worker ended with code 3"):
        troupe.wait_until(lambda: False, "worker")


def test_waiting_ends_some_time(troupe: Troupe) -> None:
    with pytest.raises(ProcessEndedError, match="web: not ready after 0 s"):
        troupe.wait_until(lambda: False, "web", seconds=0)


def test_command_that_fails_is_named(troupe: Troupe) -> None:
    with pytest.raises(ProcessEndedError, match="ended with code 2"):
        troupe.run(sys.executable, "-c", "raise SystemExit(2)")


def test_answer_of_a_command_is_what_it_prints(troupe: Troupe) -> None:
    assert troupe.ask(sys.executable, "-c", "print('溯源')") == "溯源\n"


def test_next_run_stops_what_a_killed_one_left(tmp_path: Path) -> None:
    left = Troupe(tmp_path, os.environ).start("web", sys.executable, "-c", SLEEP)

    Troupe(tmp_path, os.environ)

    assert left.process.poll() is not None


def test_number_that_another_program_has_by_now_is_let_be(tmp_path: Path) -> None:
    with psutil.Popen([sys.executable, "-c", SLEEP]) as other:
        (tmp_path / "processes.json").write_text(json.dumps([[other.pid, other.create_time() - 60]]))

        Troupe(tmp_path, os.environ)

        assert other.is_running()
        other.kill()


def _is_ready(member: Member) -> Callable[[], bool]:
    return lambda: "ready" in member.written()
