from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.traceability.ledger.makers import ORIGIN, SIGNER, VKEY
from tests.traceability.ledger.monitor.sites import Site, serving
from tests.traceability.ledger.witness.histories import AT, BANK, COUNTY, FORKED, STRANGER, TRUE
from traceability.ledger.cli import FAILED, MISUSED, PROVEN, main
from traceability.ledger.note import cosign_note
from traceability.ledger.witness.store import origin_hash


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as made:
        yield made


def look(site: Site, folder: Path, *options: str) -> int:
    key = [] if "--policy" in options else ["--vkey", VKEY]
    return main(["monitor", site.url, "--store", str(folder / "memory"), "--once", *key, *options])


def test_a_log_is_followed_from_look_to_look(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(TRUE, 5)
    first = look(site, tmp_path)
    site.show(TRUE, 300)
    second = look(site, tmp_path)

    assert (first, second) == (PROVEN, PROVEN)
    assert capsys.readouterr().out.splitlines() == [
        f"OK: {ORIGIN} from 0 to 5, 0 witnesses agree",
        f"OK: {ORIGIN} from 5 to 300, 0 witnesses agree",
    ]


def test_a_fork_ends_it_and_leaves_what_proves_it(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.show(TRUE, 5)
    look(site, tmp_path)
    site.show(FORKED, 9)

    assert look(site, tmp_path) == FAILED

    folder = next((tmp_path / "memory").glob("evidence-*"))
    assert "size 9: signed with" in capsys.readouterr().err
    assert (folder / "checkpoint.0").read_text() == FORKED.note(9)
    assert (folder / "following.json").exists()


def test_a_witness_that_was_shown_another_history_is_heard(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.show(TRUE, 9)
    seen = cosign_note(FORKED.note(7), COUNTY.at(AT))
    site.files[f"w/{origin_hash(ORIGIN)}/checkpoint"] = seen.encode()

    assert look(site, tmp_path, "--witness", f"{site.url}w") == FAILED

    folder = next((tmp_path / "memory").glob("evidence-*"))
    assert "size 7: signed with" in capsys.readouterr().err
    assert sorted(path.read_text() for path in folder.glob("checkpoint.*")) == sorted([TRUE.note(9), seen])


def test_a_witness_that_has_seen_nothing_and_one_that_is_ahead_do_no_harm(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.show(TRUE, 9)
    site.files[f"w/{origin_hash(ORIGIN)}/checkpoint"] = cosign_note(TRUE.note(12), COUNTY.at(AT)).encode()

    assert look(site, tmp_path, "--witness", f"{site.url}w", "--witness", f"{site.url}none") == PROVEN

    assert capsys.readouterr().out.endswith("1 witnesses agree\na witness knows 12 already; looked at the next time\n")


def test_a_quorum_that_is_missing_is_told(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"log {VKEY}\nwitness county {COUNTY.vkey}\nwitness bank {BANK.vkey}\nquorum county\n")
    site.show(TRUE, 5, note=cosign_note(TRUE.note(5), BANK.at(AT)))
    without = look(site, tmp_path, "--policy", str(policy))
    site.show(TRUE, 5, note=cosign_note(TRUE.note(5), COUNTY.at(AT)))

    assert (without, look(site, tmp_path, "--policy", str(policy))) == (FAILED, PROVEN)
    assert "do not make up the quorum 'county'" in capsys.readouterr().err


def test_an_older_checkpoint_is_no_fork(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(TRUE, 9)
    look(site, tmp_path)
    site.show(TRUE, 5)

    assert look(site, tmp_path) == PROVEN
    assert "9 were followed already" in capsys.readouterr().out


def test_what_the_log_has_not_signed_is_refused(site: Site, tmp_path: Path) -> None:
    site.show(STRANGER, 5)

    assert look(site, tmp_path) == FAILED
    assert not (tmp_path / "memory" / "following.json").exists()


@pytest.mark.parametrize("missing", ["checkpoint", "tile/entries/000.p/5"])
def test_silence_is_not_a_fork(site: Site, tmp_path: Path, missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(TRUE, 5)
    del site.files[missing]

    assert look(site, tmp_path) == MISUSED
    assert f"{missing}: there is no such file" in capsys.readouterr().err


def test_a_memory_of_another_log_is_refused(site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.show(TRUE, 5)
    look(site, tmp_path)
    memory = tmp_path / "memory" / "following.json"
    memory.write_text(memory.read_text().replace(ORIGIN, "trace.example/other"))

    assert look(site, tmp_path) == FAILED
    assert "this is" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["ftp://x", "http://", "http://127.0.0.1:1", "http://127.0.0.1:port"])
def test_an_address_that_is_none_cannot_be_checked(url: str, tmp_path: Path) -> None:
    assert main(["monitor", url, "--store", str(tmp_path), "--vkey", str(SIGNER.vkey), "--once"]) == MISUSED


def test_without_a_key_there_is_nothing_to_go_by(site: Site, tmp_path: Path) -> None:
    assert main(["monitor", site.url, "--store", str(tmp_path), "--once"]) == FAILED
