"""Where attachments are kept on a file system: a file is there as a whole, or not at all."""

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

# A draft's name, around what chance gives it: hidden, and no file is named so.
_BEFORE, _AFTER = ".", ".part"


class WholeFiles(FileSystemStorage):
    """A folder of files that are named by what they hold: two of one name are the same, so that the later may win."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the name, which others know the file by already."""
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name_of_draft = tempfile.mkstemp(prefix=_BEFORE, suffix=_AFTER, dir=path.parent)
        draft = Path(name_of_draft)
        try:
            _write(handle, content)
            if self.file_permissions_mode is not None:
                draft.chmod(self.file_permissions_mode)
            # A crash before this line leaves a draft that nobody reads and `forget_drafts` deletes; after it, the file.
            draft.replace(path)
        except OSError:
            # On a full disk every attempt would leave one more.
            draft.unlink(missing_ok=True)
            raise
        _sync(path.parent)
        return name

    def forget_drafts(self, *, before: datetime) -> int:
        """Delete what writers left that were killed, where it was written to before a moment; tell how many."""
        drafts = Path(self.location).rglob(f"{_BEFORE}*{_AFTER}")
        return sum(_forget(draft, before=before.timestamp()) for draft in drafts)


def _forget(draft: Path, *, before: float) -> bool:
    # One that is being written to is renamed under our eyes.
    with contextlib.suppress(FileNotFoundError):
        if draft.stat().st_mtime < before:
            draft.unlink()
            return True
    return False


def _write(handle: int, content: "File[bytes]") -> None:
    with os.fdopen(handle, "wb") as file:
        for chunk in content.chunks():
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
