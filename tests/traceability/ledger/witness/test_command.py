import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.traceability.ledger.makers import ORIGIN, VKEY
from tests.traceability.ledger.witness.histories import COUNTY, TRUE
from traceability.ledger.checkpoint import open_checkpoint
from traceability.ledger.cli import FAILED, MISUSED, main
from traceability.ledger.cosigner import Cosigner
from traceability.witness_client import submit

PROJECT = Path(__file__).resolve().parents[4]


class Running:
    """A witness as a process of its own."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "traceability.ledger", "witness", "--key", str(folder / "key")]
        options = ["--store", str(folder / "store"), "--log", VKEY, "--listen", "127.0.0.1:0"]
        with (folder / "errors").open("ab") as errors:
            self.process = subprocess.Popen(
                [*command, *options], cwd=PROJECT, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.process.stdout
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if line.startswith("ready "):
                break
        self.url = self.lines[-1].removeprefix("ready ")

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        assert self.process.stdout
        with self.process.stdout:
            return self.process.wait(timeout=20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text(f"{COUNTY.to_text()}\n")
    (tmp_path / "key").chmod(0o600)
    return tmp_path


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["witness-key", "--key", str(tmp_path / "key"), "--name", "witness.county.example"]

    first, again = main(arguments), main(arguments)

    captured = capsys.readouterr()
    key = Cosigner.from_text((tmp_path / "key").read_text().strip())
    assert (first, again) == (0, FAILED)
    assert captured.out == f"{key.vkey}\n"
    assert "is there already" in captured.err
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda path: path.unlink(), "no such key"),
        (lambda path: path.chmod(0o640), "has mode 0640"),
        (lambda path: path.write_text("nonsense"), "holds no witness's key"),
        (lambda path: path.write_bytes(b"\xff"), "holds no witness's key"),
    ],
)
def test_a_key_that_is_absent_open_or_none_is_refused(
    folder: Path, prepare: Callable[[Path], object], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(folder / "key")

    code = main(["witness", "--key", str(folder / "key"), "--store", str(folder / "store"), "--log", VKEY])

    assert (code, reason in capsys.readouterr().err) == (FAILED, True)


@pytest.mark.parametrize("listen", ["127.0.0.1", ":1", "127.0.0.1:x", "127.0.0.1:65536"])
def test_an_address_that_is_none_is_refused(folder: Path, listen: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--key", str(folder / "key"), "--store", str(folder / "store"), "--log", VKEY]

    assert main(["witness", *arguments, "--listen", listen]) == FAILED
    assert "not an address and a port" in capsys.readouterr().err


def test_a_port_that_is_taken_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--key", str(folder / "key"), "--store", str(folder / "store"), "--log", VKEY]

    assert main(["witness", *arguments, "--listen", "192.0.2.1:1"]) == MISUSED
    assert capsys.readouterr().err.startswith("cannot check: ")


@pytest.mark.faults
def test_a_witness_that_is_killed_knows_afterwards_what_it_cosigned(folder: Path) -> None:
    first = Running(folder)
    answer = submit(first.url, TRUE.submission(5, old=0))
    code = first.end(signal.SIGKILL)

    second = Running(folder)
    again = submit(second.url, TRUE.submission(9, old=0))
    gone_on = submit(second.url, TRUE.submission(9, old=5))
    ended = second.end(signal.SIGTERM)

    assert (code, ended) == (-signal.SIGKILL, 0)
    open_checkpoint(TRUE.note(5) + answer.body.decode(), [str(COUNTY.vkey)])
    assert first.lines[:2] == [f"witness {COUNTY.vkey}", f"watches {ORIGIN} from size 0"]
    assert second.lines[1] == f"watches {ORIGIN} from size 5"
    assert (again.is_size, again.body, gone_on.status) == (True, b"5\n", 200)


@pytest.mark.faults
def test_killed_between_writing_and_answering_it_stands_by_what_it_wrote(folder: Path) -> None:
    # The process ends itself where a loss of power would: the file is in place, the log has heard nothing.
    script = (
        "import os, signal, sys\n"
        "from traceability.ledger.witness import store\n"
        "replace = store.Store.replace\n"
        "def kill(self, note, *, origin):\n"
        "    replace(self, note, origin=origin)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "store.Store.replace = kill\n"
        "from traceability.ledger.witness import Witness\n"
        "from traceability.ledger.witness.command import read_key\n"
        "from pathlib import Path\n"
        "key = read_key(Path(sys.argv[1]))\n"
        "made = store.Store(Path(sys.argv[2]), vkey=key.vkey)\n"
        "Witness(key=key, store=made, logs=[sys.argv[3]]).add_checkpoint(sys.stdin.buffer.read(), at=1)\n"
    )
    arguments = [str(folder / "key"), str(folder / "store"), VKEY]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        input=TRUE.submission(5, old=0),
        cwd=PROJECT,
        env=os.environ,
        check=False,
    )

    witness = Running(folder)
    answer = submit(witness.url, TRUE.submission(5, old=5))
    witness.end(signal.SIGTERM)

    assert done.returncode == -signal.SIGKILL
    assert witness.lines[1] == f"watches {ORIGIN} from size 5"
    assert answer.status == 200
