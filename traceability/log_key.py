"""The key that signs this log's checkpoints, kept in a file of its own, and what verifies them.

Where LOG_SIGNER names a command or a service, that one holds the key (`traceability.remote_signer`); else a file does.
Whatever has a `vkey` and a `sign` will do.
"""

import stat
from pathlib import Path

from django.conf import settings

from traceability.key_files import write_new
from traceability.ledger import Ed25519Signer, LedgerError
from traceability.ledger.note import Signer, parse_vkey
from traceability.remote_signer import RemoteSignerError, remote_signer


class LogKeyError(Exception):
    """The log's key file is absent, open to others, or of another log."""


def signer() -> Signer:
    """Give what signs for the log: the service that LOG_SIGNER names, or the key in its file. Raises LogKeyError."""
    found = _service() if settings.LOG_SIGNER else _file()
    if found.vkey.name != settings.LOG_ORIGIN:
        raise LogKeyError(f"log key: it is of {found.vkey.name}, not of {settings.LOG_ORIGIN}")
    return found


def _service() -> Signer:
    try:
        return remote_signer(settings.LOG_SIGNER, vkey=parse_vkey(vkey()), token=settings.LOG_SIGNER_TOKEN)
    except (LedgerError, RemoteSignerError) as error:
        raise LogKeyError(f"log key: {error}") from error


def _file() -> Signer:
    """Read the key. Raises LogKeyError, also where anybody but the owner may read the file."""
    path = settings.LOG_KEY_FILE
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise LogKeyError(f"log key: {path.name} has mode {mode:04o}; only its owner may read it (0600)")
        return Ed25519Signer.from_text(path.read_text(encoding="ascii").strip())
    except FileNotFoundError as error:
        raise LogKeyError("log key: no key file; `manage.py make_keys` makes one, LOG_KEY_FILE names it") from error
    except (LedgerError, ValueError) as error:
        raise LogKeyError(f"log key: {path.name} holds no key: {error}") from error


def vkey() -> str:
    """Give the text that verifies the log's signatures; a web process reads this and has no need of the key itself."""
    try:
        return public_path().read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise LogKeyError("log key: no public key file; `manage.py make_keys` makes one") from error


def public_path() -> Path:
    """Say where the public key is: beside the key."""
    return Path(settings.LOG_KEY_FILE).with_suffix(".vkey")


def make() -> bool:
    """Make the key where there is none, and say whether there was none; an existing key stays as it is.

    A service makes its own key: then the public one must be there already. Raises LogKeyError where it is not.
    """
    if settings.LOG_SIGNER:
        signer()
        return False
    path = Path(settings.LOG_KEY_FILE)
    made = write_new(path, f"{Ed25519Signer.generate(settings.LOG_ORIGIN).to_text()}\n".encode("ascii"), mode=0o600)
    # Also beside an older key, so that a crash between the two files heals.
    write_new(public_path(), f"{signer().vkey}\n".encode("ascii"), mode=0o644)
    return made
