"""The settings of the suite for a program of its own, on the database and the keys of the test that starts it."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403

LOG_KEY_FILE = Path(os.environ["SUYUAN_TEST_KEYS"]) / "log.key"
VAULT_KEY_FILE = Path(os.environ["SUYUAN_TEST_KEYS"]) / "vault.keys"
# What a broker forgot is sent again while a test can wait for it.
TASK_RESEND_SECONDS = (2, 3, 5, 5, 10, 20, 60)
