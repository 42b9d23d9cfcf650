"""The suite: real engines, quick passwords, files in a folder that goes away."""

import os
import tempfile
from pathlib import Path

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import CACHES, REDIS_URL, STORAGES

SECRET_KEY = "only the tests use this"  # noqa: S105
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SMS_SENDER = "accounts.sms.MemorySender"

VAR = env.folder("SUYUAN_TEST_VAR", Path(tempfile.gettempdir()) / "suyuan-test")
LOG_ORIGIN = "trace.test.example/log1"
LOG_KEY_FILE = VAR / "keys" / "log.key"
CREDENTIAL_KEY_FILE = VAR / "keys" / "credential.key"
VAULT_KEY_FILE = VAR / "keys" / "vault.keys"
SCORE_KEY_FILE = VAR / "keys" / "score.key"
STATIC_ROOT = VAR / "static"
# A worker that empties its cache must not empty another one's limits; the server has sixteen databases.
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 15 + 1
_PLACE = REDIS_URL.rpartition("/")[0] + f"/{_WORKER}"
CACHES = {"default": CACHES["default"] | {"LOCATION": _PLACE, "KEY_FUNCTION": "tests.cache_keys.of_this_test"}}
STORAGES = STORAGES | {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "attachments": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# All tests come from one address.
ADDRESS_RATE = 10_000_000
# Tests change what no record tells, and look again at once.
PAGE_SECONDS = 0
# Pages in browser tests get their static files straight from the source.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
