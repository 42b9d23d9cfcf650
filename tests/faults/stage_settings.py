"""Settings of the product on a stage of the test's own: files in folders, and a disk and a clock that can be spoilt.

What lies in SUYUAN_STAGE says how: `full` makes every file that is written there fail as on a full disk, `clock` moves
the clock of each process by so many seconds while it runs.
"""

import errno
import os
import threading
import time
from pathlib import Path

import time_machine

from tests.faults.settings import *  # noqa: F403
from tests.faults.settings import STORAGES

STAGE = Path(os.environ["SUYUAN_STAGE"])
VAR = STAGE
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
STORAGES = STORAGES | {
    name: {"BACKEND": "traceability.attachment_storage.WholeFiles", "OPTIONS": {"location": STAGE / name}}
    for name in ("attachments", "public")
}
PUBLISHING_STEPS = ["traceability.services.tiles.TileStep"]
# Where the demonstration would wait an hour for what a dead worker had in hand, a test can't.
PUBLISH_SECONDS = 0.3

_sync = os.fsync


def _sync_or_fail(handle: int) -> None:
    # As file systems do that give out room only when they write: the program hears of it when it asks for certainty.
    if (STAGE / "full").exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    _sync(handle)


os.fsync = _sync_or_fail  # type: ignore[assignment]


def _follow_clock() -> None:
    moved, traveller = 0.0, None
    while True:
        time.sleep(0.05)
        try:
            wanted = float((STAGE / "clock").read_text() or 0)
        except (FileNotFoundError, ValueError):
            wanted = 0.0
        if wanted == moved:
            continue
        if traveller:
            traveller.stop()
        moved, traveller = wanted, None
        if wanted:
            traveller = time_machine.travel(time.time() + wanted, tick=True)
            traveller.start()


def _begin() -> None:
    threading.Thread(target=_follow_clock, daemon=True).start()


# A worker's children are forked, and threads are not.
os.register_at_fork(after_in_child=_begin)
_begin()
