import os
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT

SECRETS = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "Z7q-4vYw_1nB8xTt0RkQeJ2mLhC5uDgS9oPiAfE3sWyVbN6aHr0KdMzG",
    "ALLOWED_HOSTS": "trace.example",
    "SMS_SENDER": "accounts.sms.MemorySender",
}


def _check(**changes: str | None) -> "subprocess.CompletedProcess[str]":
    # The browser's tests set a switch of Django's for their own process, which production rightly refuses.
    unset = {"DJANGO_ALLOW_ASYNC_UNSAFE": None}
    environ = {k: value for k, value in {**os.environ, **SECRETS, **unset, **changes}.items() if value is not None}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_production_passes_djangos_own_check() -> None:
    result = _check()

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY: not set, and neither is SECRET_KEY_FILE"),
        ({"SMS_SENDER": None}, "SMS_SENDER: not set, and neither is SMS_SENDER_FILE"),
        ({"SUYUAN_DEMO": "1"}, "SUYUAN_DEMO: demonstration log-ins have no place in production"),
        ({"SUYUAN_DEMO": "perhaps"}, "SUYUAN_DEMO: 'perhaps' is neither yes nor no"),
        ({"DATABASE_URL": "mysql://localhost/suyuan"}, "scheme 'mysql' is not postgresql"),
        ({"OUTBOX_LIMIT": "0"}, "OUTBOX_LIMIT: '0' is no whole number of at least 1"),
    ],
)
def test_production_refuses_to_start(changes: dict[str, str | None], complaint: str) -> None:
    result = _check(**changes)

    assert result.returncode != 0
    assert complaint in result.stderr


@pytest.mark.parametrize(
    ("proxies", "header"), [("0", "None"), ("1", "('HTTP_X_FORWARDED_PROTO', 'https')"), (None, "None")]
)
def test_the_word_of_a_proxy_counts_only_where_one_is_trusted(proxies: str | None, header: str) -> None:
    told = {**os.environ, **SECRETS, **({"TRUSTED_PROXIES": proxies} if proxies else {})}
    program = "from django.conf import settings; print(settings.SECURE_PROXY_SSL_HEADER)"

    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=told, capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == header
