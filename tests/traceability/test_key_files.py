import os
import stat
from pathlib import Path

import pytest

from traceability.key_files import write_new


def test_a_file_is_written_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"

    assert write_new(path, b"first", mode=0o600) is True
    assert write_new(path, b"second", mode=0o600) is False

    assert path.read_bytes() == b"first"
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)
    assert [one.name for one in path.parent.iterdir()] == ["a.key"]


def test_file_and_folders_are_synced_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink().name))

    write_new(tmp_path / "keys" / "a.key", b"key", mode=0o600)

    assert synced == [f".a.key.{os.getpid()}", "keys", tmp_path.name]


def test_a_crash_while_it_is_written_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_handle: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(OSError, match="no space left"):
        write_new(tmp_path / "a.key", b"key", mode=0o600)

    assert [one.name for one in tmp_path.iterdir()] == []


def test_who_comes_second_keeps_the_key_of_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.key"

    def come_first(_draft: Path, target: Path) -> None:
        target.write_bytes(b"theirs")
        raise FileExistsError

    monkeypatch.setattr(os, "link", come_first)

    assert write_new(path, b"ours", mode=0o600) is False
    assert (path.read_bytes(), [one.name for one in tmp_path.iterdir()]) == (b"theirs", ["a.key"])
