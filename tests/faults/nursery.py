"""A process with Django set up, which forks a child for each program that a test asks for.

    python -m tests.faults nursery

Setting Django up takes far longer than most programs here run. A child is a process of its own all the same, with its
own connection, and may be killed. Reads the words of one program a line, as JSON; the child writes to the same standard
output, and when it has ended a line says so: `ended 0`, or `ended -9`.
"""

import ctypes
import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def main() -> None:
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        # Imported here, so that only the first child waits for it.
        program = importlib.import_module(f"tests.faults.{name}")
        sys.argv = [name, *arguments]
        sys.stdout.write(f"ended {wait_for(fork(program.main))}\n")
        sys.stdout.flush()


def fork(work: Callable[[], None]) -> int:
    """Let a child do the work, and give its number; it ends at the latest with its parent."""
    if child := os.fork():
        return child
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - what goes further would run the parent's own program on
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def wait_for(child: int) -> int:
    """Wait for a child's end and give its code, less than nothing for a signal's number."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
