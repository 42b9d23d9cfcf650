"""Files that hold keys: made once, whole, and there for good."""

import os
from pathlib import Path


def write_new(path: Path, data: bytes, *, mode: int) -> bool:
    """Write a file where there is none, and say whether there was none; an existing one stays as it is.

    What is there afterwards outlasts a loss of power: a key that was used once and is gone cannot be made again.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(draft, data, mode=mode)
        # A crash before leaves no key, and one after it the whole key: never half of one under its name.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    # The file's own sync says nothing of its name, nor that of its folder anything of the folder's name.
    for folder in (path.parent, path.parent.parent):
        _sync(folder)
    return True


def _write(path: Path, data: bytes, *, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
