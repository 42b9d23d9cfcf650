"""Start real engines before Django reads its settings; workers of a parallel run inherit the addresses."""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from scripts import engines

ADMIN = "SUYUAN_TEST_ADMIN_URL"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
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
    if getattr(early_config.known_args_namespace, "numprocesses", None):
        stack.enter_context(_migrating_ahead())


@contextmanager
def _migrating_ahead() -> Iterator[None]:
    """Let another process make the tables while the workers read the tests; whoever needs them first waits for it."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.databases"]
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    # What it says is of no use: where it fails a worker tries again, and says why.
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield
    process.kill()
    process.wait()
