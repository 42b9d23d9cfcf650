"""The settings of the suite for a process of its own, which shares the database and the keys of the test that starts it."""

import os
from pathlib import Path

from config.settings.test import *  # noqa: F403

LOG_KEY_FILE = Path(os.environ["SUYUAN_TEST_KEYS"]) / "log.key"
VAULT_KEY_FILE = Path(os.environ["SUYUAN_TEST_KEYS"]) / "vault.keys"
