import os
import subprocess

import pytest

from tests.architecture.sources import ROOT

ENTRYPOINT = str(ROOT / "docker" / "entrypoint")


def _start(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [ENTRYPOINT, *arguments], env=os.environ | environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("role", ["", "shell", "web2"])
def test_unknown_role_is_refused_with_the_list(role: str) -> None:
    result = _start(role)

    assert result.returncode == 64
    assert f"'{role}' is none of web, worker, beat, integrate, publish, migrate, collect, manage" in result.stderr


def test_role_takes_the_settings_of_production_where_none_are_named() -> None:
    result = _start("manage", "check", DJANGO_SETTINGS_MODULE="", SECRET_KEY="-", SMS_SENDER="-", SUYUAN_DEMO="1")

    assert result.returncode != 0
    assert "SUYUAN_DEMO: demonstration log-ins have no place in production" in result.stderr


def test_arguments_reach_the_command() -> None:
    result = _start("manage", "make_keys", "--help", DJANGO_SETTINGS_MODULE="config.settings.test")

    assert result.stdout.startswith("usage: manage.py make_keys")
