"""Encryption at rest for what stands behind commitments."""

import base64
import functools
import json
import stat
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from traceability.key_files import write_new
from traceability.ledger import canonicalize_quickly


class VaultError(Exception):
    """A stored value cannot be decrypted, or there is no key, or one that others may read."""


def seal(salt: bytes, value: object) -> bytes:
    """Encrypt a salt and its JSON value for the table of openings."""
    plain = canonicalize_quickly({"salt": base64.b64encode(salt).decode(), "value": value})
    # Kept as bytes: of Fernet's base64 text several spellings decode alike, and a changed one would go unseen.
    return base64.urlsafe_b64decode(_keys().encrypt(plain))


def unseal(token: bytes) -> tuple[bytes, object]:
    """Decrypt a stored token to (salt, value). Raises VaultError."""
    try:
        plain = _keys().decrypt(base64.urlsafe_b64encode(token))
    except InvalidToken as error:
        raise VaultError("opening: the stored value does not decrypt with any key of the vault") from error
    found = json.loads(plain)
    return base64.b64decode(found["salt"]), found["value"]


def make_key(path: Path) -> bool:
    """Make a key file that only its owner can read, and say whether there was none; an existing file stays as it is."""
    return write_new(path, Fernet.generate_key() + b"\n", mode=0o600)


@functools.cache
def _keys_of(path: Path) -> MultiFernet:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise VaultError(f"vault: {path.name} has mode {mode:04o}; only its owner may read it (0600)")
        lines = path.read_bytes().split()
    except FileNotFoundError as error:
        raise VaultError("vault: no key file; `manage.py make_keys` makes one, VAULT_KEY_FILE names it") from error
    try:
        return MultiFernet([Fernet(line) for line in lines])
    except ValueError as error:
        raise VaultError(f"vault: {path.name} holds a line that is no key, or none") from error


def _keys() -> MultiFernet:
    return _keys_of(settings.VAULT_KEY_FILE)
