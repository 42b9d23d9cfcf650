import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.traceability.ledger import vectors
from tests.traceability.ledger.makers import SIGNER, VKEY, season, season_bundle
from tests.traceability.ledger.test_tlog_proof import ENTRIES, proof_of
from tests.traceability.ledger.witness.histories import COUNTY
from traceability.ledger.bundle import build_bundle
from traceability.ledger.checkpoint import Checkpoint
from traceability.ledger.cli import FAILED, MISUSED, PROVEN, main
from traceability.ledger.note import cosign_note, sign_note
from traceability.ledger.tlog_proof import TlogProof

PROJECT = Path(__file__).resolve().parents[3]
TESSERA = vectors.FOLDER / "tlog" / "tessera"
OTHER_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "rice.trace.json"
    path.write_bytes(season_bundle())
    return path


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "traceability.ledger", *map(str, arguments)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_proves_a_bundle_and_says_what_it_did(bundle: Path) -> None:
    done = run("verify", bundle, "--vkey", VKEY)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK: the story of lot:rice, as the log trace.panjin.example/log1 holds it\n")
    assert "records    7 in 4 chains, 1 files attached\n" in done.stdout
    assert "checked    3 signatures of actors, 1 disclosed fields\n" in done.stdout
    assert "lot.harvest              lot:paddy event 0  signed\n" in done.stdout
    assert "lot:rice event 0  entry 7 of the log\n" in done.stdout
    assert "Not claimed:\n  - that what was said is true" in done.stdout
    assert "WARNING" not in done.stdout


def test_the_command_refuses_a_damaged_bundle_and_names_the_record(bundle: Path) -> None:
    value = bundle.read_bytes()
    at = value.index(b'"records":') + 800
    bundle.write_bytes(value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :])

    done = run("verify", bundle, "--vkey", VKEY)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("FAILED: event 0 of lot:paddy is broken: its bytes hash to ")


@vectors.needs_vectors
def test_the_command_audits_a_log_that_others_wrote() -> None:
    done = run("audit", TESSERA, "--vkey", OTHER_VKEY)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK: example.com/log/testdata, 15 entries\n")


def test_the_ledger_imports_no_django() -> None:
    script = (
        "import sys, traceability.ledger, traceability.ledger.cli, traceability.ledger.chains\n"
        "print([name for name in ('django', 'rest_framework', 'celery', 'psycopg') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True, env={"PATH": ""}
    )

    assert done.stdout == "[]\n"


def test_the_verifier_works_without_orjson(bundle: Path) -> None:
    script = (
        "import sys; sys.modules['orjson'] = None\n"
        "from traceability.ledger.cli import main; sys.exit(main(sys.argv[1:]))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, "verify", str(bundle), "--vkey", VKEY],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK: the story of lot:rice")


def test_without_a_key_the_command_says_whose_key_it_used(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(bundle)]) == PROVEN

    out = capsys.readouterr().out
    assert "WARNING: the key was taken from the file itself. Compare it with one that you know otherwise" in out
    assert VKEY in out


def test_a_key_named_twice_is_one_key(bundle: Path) -> None:
    assert main(["verify", str(bundle), "--vkey", VKEY, "--vkey", VKEY]) == PROVEN


@pytest.mark.parametrize("vkey", [OTHER_VKEY, "nonsense", ""])
def test_another_key_proves_nothing(bundle: Path, vkey: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(bundle), "--vkey", vkey]) == FAILED

    assert capsys.readouterr().err.startswith("FAILED: ")


def test_every_fault_of_a_bundle_is_told(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle.write_bytes(
        bundle.read_bytes().replace(b'"+86 138', b'"+86 139').replace(b'"lot:rice","v', b'"lot:rice","v')
    )
    bundle.write_bytes(bundle.read_bytes().replace(b'"subject":"lot:rice"', b'"subject":"lot:none"'))

    assert main(["verify", str(bundle)]) == FAILED

    assert len(capsys.readouterr().err.splitlines()) == 2


@pytest.mark.parametrize(
    ("content", "expected", "reason"),
    [
        (b"", FAILED, "no signatures after a last empty line"),
        (b"\x00\x01", FAILED, "control character"),
        (b"\xff", FAILED, "not UTF-8"),
        (b"{}", FAILED, "bundle: member format is missing"),
        (b"\xef\xbb\xbf{}", FAILED, "no signatures"),
        (season().checkpoint().encode(), FAILED, "needs the key of its log: --vkey"),
        (b"c2sp.org/tlog-proof@v1\n", FAILED, "needs the key of its log: --vkey"),
    ],
)
def test_what_is_no_proof_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, expected: int, reason: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)

    assert main(["verify", str(path)]) == expected

    assert reason in capsys.readouterr().err


def test_a_checkpoint_is_proven_by_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "checkpoint"
    path.write_text(season().checkpoint())

    assert main(["verify", str(path), "--vkey", VKEY]) == PROVEN
    assert main(["verify", str(path), "--vkey", VKEY, "--origin", "trace.example/other"]) == FAILED

    captured = capsys.readouterr()
    assert captured.out.startswith("OK: a checkpoint of trace.panjin.example/log1\nsize       9\n")
    assert "not of 'trace.example/other'" in captured.err


def test_a_readers_policy_asks_for_its_quorum(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy, checkpoint = tmp_path / "policy", tmp_path / "checkpoint"
    policy.write_text(f"log {VKEY}\nwitness county {COUNTY.vkey}\nquorum county\n")
    checkpoint.write_text(cosign_note(season().checkpoint(), COUNTY.at(1_790_000_000)))
    proof = proof_of(ENTRIES, 2, SIGNER)
    (tmp_path / "bare.tlog-proof").write_text(proof.text())
    cosigned = cosign_note(proof.checkpoint, COUNTY.at(1_790_000_000))
    (tmp_path / "a.tlog-proof").write_text(TlogProof(2, proof.hashes, cosigned).text())

    good = [main(["verify", str(path), "--policy", str(policy)]) for path in (checkpoint, tmp_path / "a.tlog-proof")]
    bad = [main(["verify", str(path), "--policy", str(policy)]) for path in (bundle, tmp_path / "bare.tlog-proof")]

    captured = capsys.readouterr()
    assert (good, bad) == ([PROVEN] * 2, [FAILED] * 2)
    assert "witnessed  by witness.county.example at 2026-09-21T14:13:20Z\n" in captured.out
    assert captured.err.count("the cosignatures do not make up the quorum 'county'") == 2


def test_a_cosigned_bundle_names_its_witnesses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = season()
    parts = log.bundle_parts("lot:rice", log.heads)
    policy = f"log {VKEY}\nwitness county {COUNTY.vkey}\nquorum county\n"
    cosigned = cosign_note(log.checkpoint(), COUNTY.at(2**62))
    path = tmp_path / "rice.trace.json"
    path.write_bytes(build_bundle(replace(parts, policy=policy, checkpoint=cosigned)))
    (tmp_path / "policy").write_text(policy)

    assert main(["verify", str(path), "--policy", str(tmp_path / "policy")]) == PROVEN

    out = capsys.readouterr().out
    # A time that no calendar has is shown as the number that was signed.
    assert f"witnessed  by witness.county.example at {2**62}\n" in out
    assert "WARNING" not in out


def test_a_checkpoint_that_no_tree_has_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint"
    path.write_text(sign_note(Checkpoint(SIGNER.vkey.name, 0, bytes(32)).text(), SIGNER))

    assert main(["verify", str(path), "--vkey", VKEY]) == FAILED


@pytest.mark.parametrize(
    ("extra", "leaf", "expected", "reason"),
    [
        (None, ENTRIES[2], PROVEN, "OK: the record is entry 2 of the log"),
        (None, ENTRIES[1], FAILED, "does not lead to the root"),
        (None, None, PROVEN, "Not claimed: which record that is"),
        (ENTRIES[2], None, PROVEN, "OK: the record of 5 bytes in the file's extra line is entry 2 of the log"),
        (b"lot PJ-2026-0001", None, PROVEN, "Not claimed: which record that is"),
        (b"lot PJ-2026-0001", ENTRIES[2], PROVEN, "OK: the record is entry 2 of the log"),
    ],
)
def test_a_proof_is_tied_to_its_record(
    tmp_path: Path, extra: bytes | None, leaf: bytes | None, expected: int, reason: str
) -> None:
    made = proof_of(ENTRIES, 2, SIGNER)
    (tmp_path / "a.tlog-proof").write_text(TlogProof(2, made.hashes, made.checkpoint, extra).text())
    (tmp_path / "leaf").write_bytes(leaf or b"")
    options: list[str | Path] = ["--leaf", tmp_path / "leaf"] if leaf else []

    done = run("verify", tmp_path / "a.tlog-proof", "--vkey", VKEY, *options)

    assert done.returncode == expected
    assert reason in done.stdout + done.stderr


def test_a_proof_that_is_not_text_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.tlog-proof"
    path.write_bytes(b"c2sp.org/tlog-proof@v1\n\xff")

    assert main(["verify", str(path), "--vkey", VKEY]) == FAILED
    assert "not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["verify", "absent"], ["audit", "absent", "--vkey", VKEY]])
def test_what_is_not_there_cannot_be_checked(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == MISUSED

    assert capsys.readouterr().err.startswith("cannot check: ")


@pytest.mark.parametrize("arguments", [[], ["verify"], ["audit", "."], ["judge", "x"]])
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)

    assert exit_info.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_folder_that_is_no_log_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(tmp_path), "--vkey", VKEY]) == FAILED

    assert "holds no file named checkpoint" in capsys.readouterr().err
