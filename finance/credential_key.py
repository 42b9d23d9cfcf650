"""The key that signs farmers' certificates, kept in a file of its own."""

import stat
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from finance.credentials import Issuer, did_of
from traceability.key_files import write_new


class CredentialKeyError(Exception):
    """The key file is open to others, or holds no key."""


def host() -> str:
    """Name the host whose name stands for the issuer: that of the log, which never changes."""
    found: str = settings.LOG_ORIGIN.partition("/")[0]
    return found


def origin(asked: str) -> str:
    """Give the address under which certificates are found: where labels lead, else where the request came in."""
    found: str = settings.LABEL_ORIGIN or asked
    return found


def did() -> str:
    """Name the issuer."""
    return did_of(host())


def issuer() -> Issuer:
    """Read the issuer's key; the first call makes it. Raises CredentialKeyError."""
    path = Path(settings.CREDENTIAL_KEY_FILE)
    # Made where it is missing: a lost key is replaced by a new one under the same name, and old certificates, which
    # count for a month at most, then no longer verify.
    write_new(path, Ed25519PrivateKey.generate().private_bytes_raw().hex().encode(), mode=0o600)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Issuer:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise CredentialKeyError(f"credential key: {path.name} has mode {mode:04o}; only its owner may read it (0600)")
    try:
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text(encoding="ascii").strip()))
    except ValueError as error:
        raise CredentialKeyError(f"credential key: {path.name} holds no key") from error
    return Issuer(did=did(), key=key)
