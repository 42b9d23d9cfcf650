"""Where attachments are kept on a file system: a file is there as a whole, or not at all."""

import os
import tempfile
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class WholeFiles(FileSystemStorage):
    """A folder of files that are named by what they hold: two of one name are the same, so that the later may win."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the name, which others know the file by already."""
        return name

    def _save(self, name: str, content: "File[bytes]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name_of_draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        draft = Path(name_of_draft)
        try:
            _write(handle, content)
            if self.file_permissions_mode is not None:
                draft.chmod(self.file_permissions_mode)
            # A crash before this line leaves a draft that nobody reads; after it, the whole file.
            draft.replace(path)
        except OSError:
            # On a full disk every attempt would leave one more.
            draft.unlink(missing_ok=True)
            raise
        _sync(path.parent)
        return name


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
