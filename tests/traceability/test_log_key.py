import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from traceability import log_key
from traceability.ledger import Ed25519Signer
from traceability.log_key import LogKeyError


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Path:
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    return tmp_path / "keys" / "log.key"


def test_a_key_is_made_once_and_read_by_its_owner_only(key_file: Path) -> None:
    assert log_key.make() is True
    first = key_file.read_bytes()

    assert log_key.make() is False
    assert key_file.read_bytes() == first
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700


def test_the_public_key_stands_beside_it(key_file: Path) -> None:
    log_key.make()

    assert log_key.vkey() == str(log_key.signer().vkey)
    assert log_key.vkey().startswith("trace.test.example/log1+")


def test_a_public_key_that_was_lost_is_written_again(key_file: Path) -> None:
    log_key.make()
    before = log_key.vkey()
    log_key.public_path().unlink()

    log_key.make()

    assert log_key.vkey() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644])
def test_a_key_that_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    log_key.make()
    key_file.chmod(mode)

    with pytest.raises(LogKeyError, match=f"mode {mode:04o}"):
        log_key.signer()


def test_a_missing_key_is_named(key_file: Path) -> None:
    with pytest.raises(LogKeyError, match="make_keys"):
        log_key.signer()
    with pytest.raises(LogKeyError, match="make_keys"):
        log_key.vkey()


def test_a_file_that_is_no_key_is_refused(key_file: Path) -> None:
    log_key.make()
    key_file.write_text("no key\n")

    with pytest.raises(LogKeyError, match="holds no key"):
        log_key.signer()


def test_the_key_of_another_log_is_refused(key_file: Path) -> None:
    log_key.make()
    key_file.write_text(Ed25519Signer.generate("trace.other.example/log1").to_text())

    with pytest.raises(LogKeyError, match=r"is of trace\.other\.example/log1"):
        log_key.signer()
