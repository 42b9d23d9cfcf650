"""Start real engines before Django reads its settings; workers of a parallel run inherit the addresses."""

import atexit
import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts import engines

ADMIN = "SUYUAN_TEST_ADMIN_URL"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Start PostgreSQL and Valkey in a folder that goes away, unless the environment names both."""
    if ADMIN in os.environ:
        return
    if engines.given():
        raise pytest.UsageError(f"engines are named by the environment, so {ADMIN} must name their superuser too")
    folder = Path(tempfile.mkdtemp(prefix="suyuan-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user where the tests run as root
    stack = ExitStack()
    atexit.register(stack.close)
    running = stack.enter_context(engines.guarded(folder, quick=True, remove=True)).engines
    os.environ.update(running.environ)
    os.environ[ADMIN] = running.admin_url
    os.environ.setdefault("SUYUAN_TEST_VAR", str(folder / "var"))
