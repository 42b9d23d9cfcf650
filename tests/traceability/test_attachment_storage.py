import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from traceability.attachment_storage import WholeFiles


@pytest.fixture
def storage(tmp_path: Path) -> WholeFiles:
    return WholeFiles(location=tmp_path)


def test_a_file_is_kept_byte_for_byte_under_its_name(storage: WholeFiles, tmp_path: Path) -> None:
    assert storage.save("ab/abcd", ContentFile(b"rice")) == "ab/abcd"

    assert (tmp_path / "ab" / "abcd").read_bytes() == b"rice"
    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["abcd"]


def test_the_same_name_again_is_the_same_file(storage: WholeFiles, tmp_path: Path) -> None:
    for _ in range(2):
        assert storage.save("ab/abcd", ContentFile(b"rice")) == "ab/abcd"

    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["abcd"]


def test_a_crash_on_the_way_leaves_no_short_file(
    storage: WholeFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_handle: int) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "fsync", crash)
    with pytest.raises(OSError, match="the disk is full"):
        storage.save("ab/abcd", ContentFile(b"rice"))
    assert list((tmp_path / "ab").iterdir()) == []

    monkeypatch.undo()
    storage.save("ab/abcd", ContentFile(b"rice"))
    assert (tmp_path / "ab" / "abcd").read_bytes() == b"rice"
