"""The script that makes the roles of a cluster, on a cluster that has none of them."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from scripts import engines
from tests.architecture.sources import ROOT
from tests.faults.stage import folder_for_engines
from traceability.postgres_tools import programs

ROLES = (engines.APP, engines.OWNER, engines.READONLY, engines.VERIFIER)


def made(admin_url: str, passwords: Path) -> None:
    host = admin_url.partition("host=")[2]
    files = {f"SUYUAN_{one.partition('_')[2].upper()}_PASSWORD_FILE": str(passwords / one) for one in ROLES}
    subprocess.run(
        ["bash", ROOT / "docker" / "postgres-roles.sh"],
        env={"PATH": f"{programs()}:{os.environ['PATH']}", "PGHOST": host, **files},
        check=True,
    )


@pytest.mark.slow
def test_roles_are_made_once_and_those_that_are_there_stay(tmp_path: Path) -> None:
    for role in ROLES:
        (tmp_path / role).write_text(f"it's {role}\n")
    with folder_for_engines() as folder, engines.running(folder, quick=True) as found:
        with psycopg.connect(found.admin_url, autocommit=True) as admin:
            admin.execute("DROP DATABASE suyuan")
            admin.execute(f"DROP ROLE {', '.join(ROLES)}")
            made(found.admin_url, tmp_path)
            before = passwords_of(admin)
            # A release later another role has come, and nobody changes the passwords that the others have.
            admin.execute(f"DROP OWNED BY {engines.VERIFIER}")
            admin.execute(f"REVOKE CONNECT ON DATABASE suyuan FROM {engines.VERIFIER}")
            admin.execute(f"DROP ROLE {engines.VERIFIER}")
            made(found.admin_url, tmp_path)
            after = passwords_of(admin)
            may = admin.execute(
                "SELECT rolname FROM pg_roles WHERE has_database_privilege(rolname, 'suyuan', 'CONNECT')"
                " AND rolname LIKE 'suyuan%' ORDER BY rolname"
            ).fetchall()
        with psycopg.connect(found.admin_url, user=engines.READONLY, dbname="suyuan") as reader:
            reads_only = reader.execute("SHOW default_transaction_read_only").fetchone()

    assert reads_only == ("on",)
    assert [name for (name,) in may] == sorted(ROLES)
    assert after | {engines.VERIFIER: before[engines.VERIFIER]} == before
    assert before.keys() == set(ROLES)


def passwords_of(admin: "psycopg.Connection[tuple[object, ...]]") -> dict[object, object]:
    found = admin.execute("SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'suyuan%'")
    return dict(found.fetchall())  # type: ignore[arg-type]
