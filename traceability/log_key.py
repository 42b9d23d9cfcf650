"""The key that signs this log's checkpoints, kept in a file of its own, and what verifies them.

While one key takes over from another, a second file stands beside the first, and both sign
(`traceability.services.log_keys`). Public keys that signed before are kept beside it for good: what they signed stays.

Where LOG_SIGNER names a command or a service, that one holds the key (`traceability.remote_signer`); else a file does.
Whatever has a `vkey` and a `sign` will do.
"""

import os
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


def signers() -> list[Signer]:
    """Give whatever signs each checkpoint: the key, and the one that takes over, where one does. Raises LogKeyError."""
    path = next_path()
    return [signer(), _read(path)] if path.exists() else [signer()]


def _service() -> Signer:
    try:
        return remote_signer(settings.LOG_SIGNER, vkey=parse_vkey(vkey()), token=settings.LOG_SIGNER_TOKEN)
    except (LedgerError, RemoteSignerError) as error:
        raise LogKeyError(f"log key: {error}") from error


def _file() -> Signer:
    return _read(Path(settings.LOG_KEY_FILE))


def _read(path: Path) -> Signer:
    """Read a key. Raises LogKeyError, also where anybody but the owner may read the file."""
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


def vkeys() -> list[str]:
    """List every key of this log that may stand under its checkpoints: the one that signs, the next, those before.

    Raises LogKeyError.
    """
    beside = [path for path in (next_path().with_suffix(".vkey"), retired_path()) if path.exists()]
    return list(dict.fromkeys([vkey(), *(line for path in beside for line in path.read_text("ascii").split())]))


def next_path() -> Path:
    """Say where the key is that takes over: beside the key, and only while it does."""
    return Path(settings.LOG_KEY_FILE).with_suffix(".next.key")


def retired_path() -> Path:
    """Say where the public keys are that signed before, one a line."""
    return Path(settings.LOG_KEY_FILE).with_suffix(".retired")


def make_next() -> str:
    """Make the key that takes over, where there is none, and return what verifies it. Raises LogKeyError."""
    if settings.LOG_SIGNER:
        raise LogKeyError("log key: LOG_SIGNER holds it; a service's key is followed by a new log")
    path = next_path()
    write_new(path, f"{Ed25519Signer.generate(settings.LOG_ORIGIN).to_text()}\n".encode("ascii"), mode=0o600)
    text = str(_read(path).vkey)
    write_new(path.with_suffix(".vkey"), f"{text}\n".encode("ascii"), mode=0o644)
    return text


def take_over() -> str:
    """Put the next key in the place of the present one, and return what verifies it. Raises LogKeyError.

    The present key's file is gone afterwards. May be run again after a crash at any line.
    """
    path, public = next_path(), next_path().with_suffix(".vkey")
    if not public.exists():
        raise LogKeyError("log key: none is there to take over")
    known = retired_path().read_text("ascii").split() if retired_path().exists() else []
    # First, so that at no moment a key that has signed is unknown.
    fresh = retired_path().with_suffix(f".retired.{os.getpid()}")
    write_new(fresh, "".join(f"{one}\n" for one in dict.fromkeys([*known, vkey()])).encode("ascii"), mode=0o644)
    fresh.replace(retired_path())
    if path.exists():
        path.replace(settings.LOG_KEY_FILE)
    # A crash here leaves the new key under the old public one, both of which are listed; the next run goes on.
    public.replace(public_path())
    return vkey()


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
