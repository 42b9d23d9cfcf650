"""The files of attachments, which no rollback takes away."""

from django.core.files.storage import storages


def kept() -> set[str]:
    """Name every file that lies in the storage of this process."""
    storage = storages["attachments"]
    return {f"{folder}/{name}" for folder in storage.listdir("")[0] for name in storage.listdir(folder)[1]}


def remove(names: set[str]) -> None:
    """Delete files, and the folders that are empty then: each costs every later look a little."""
    storage = storages["attachments"]
    for name in names:
        storage.delete(name)
    for folder in {name.partition("/")[0] for name in names}:
        if not any(storage.listdir(folder)):
            storage.delete(folder)
