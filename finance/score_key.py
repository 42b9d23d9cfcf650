"""The key by which this platform signs scores: another than the log's, which no web process may read."""

import stat
from pathlib import Path

from django.conf import settings

from traceability.key_files import write_new
from traceability.ledger import Ed25519Signer, LedgerError


class ScoreKeyError(Exception):
    """The key file is open to others, or holds no key."""


def name() -> str:
    """Give the name under which scores are signed."""
    return f"{settings.LOG_ORIGIN}/scores"


def signer() -> Ed25519Signer:
    """Read the key, making it where there is none. Raises ScoreKeyError, also where anybody but the owner may read it.

    A new key needs an approval of the card before its scores verify: the log names the key in `card.approved`.
    """
    path = Path(settings.SCORE_KEY_FILE)
    write_new(path, f"{Ed25519Signer.generate(name()).to_text()}\n".encode("ascii"), mode=0o600)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ScoreKeyError(f"score key: {path.name} has mode {mode:04o}; only its owner may read it (0600)")
    try:
        return Ed25519Signer.from_text(path.read_text(encoding="ascii").strip())
    except (LedgerError, ValueError) as error:
        raise ScoreKeyError(f"score key: {path.name} holds no key: {error}") from error
