import stat
from pathlib import Path

import pytest
from pytest_django import Settings

from traceability import vault
from traceability.vault import VaultError

SALT = bytes(range(32))


@pytest.fixture
def key_file(tmp_path: Path, settings: Settings) -> Path:
    settings.VAULT_KEY_FILE = tmp_path / "keys" / "vault.keys"
    return tmp_path / "keys" / "vault.keys"


def test_a_key_is_made_once_where_only_its_owner_looks(key_file: Path) -> None:
    assert vault.make_key(key_file) is True
    first = key_file.read_bytes()

    assert vault.make_key(key_file) is False
    assert key_file.read_bytes() == first
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file.parent.stat().st_mode) == 0o700


def test_what_is_sealed_is_unsealed(key_file: Path) -> None:
    vault.make_key(key_file)

    assert vault.unseal(vault.seal(SALT, {"name": "王秀兰"})) == (SALT, {"name": "王秀兰"})


def test_a_value_of_another_key_does_not_decrypt(key_file: Path, settings: Settings) -> None:
    vault.make_key(key_file)
    sealed = vault.seal(SALT, 1)
    settings.VAULT_KEY_FILE = key_file.with_name("other.keys")
    vault.make_key(settings.VAULT_KEY_FILE)

    with pytest.raises(VaultError, match="does not decrypt"):
        vault.unseal(sealed)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o644])
def test_a_key_that_others_may_read_is_refused(key_file: Path, mode: int) -> None:
    vault.make_key(key_file)
    key_file.chmod(mode)

    with pytest.raises(VaultError, match=f"vault.keys has mode {mode:04o}"):
        vault.seal(SALT, 1)


def test_a_missing_key_is_named(key_file: Path) -> None:
    with pytest.raises(VaultError, match="make_keys"):
        vault.seal(SALT, 1)


@pytest.mark.parametrize("text", ["", "no key\n"])
def test_a_file_that_is_no_key_is_refused(key_file: Path, text: str) -> None:
    vault.make_key(key_file)
    key_file.write_text(text)

    with pytest.raises(VaultError, match=r"vault\.keys holds a line that is no key, or none"):
        vault.seal(SALT, 1)
