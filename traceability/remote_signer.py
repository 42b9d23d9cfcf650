"""A log key that this machine never holds: a command or a service signs, and what it gives back is checked.

`LOG_SIGNER` names it: `command:/usr/local/bin/kms-sign --key log1` gets the note's text on its standard input and gives
the signature in base64; `https://kms.internal/sign` gets it as the body of a POST, with the bearer token in
LOG_SIGNER_TOKEN, and answers likewise. Whatever speaks PKCS #11 or a cloud's key service fits behind either in a few
lines. The public key stands beside LOG_KEY_FILE, as ever.
"""

import ipaddress
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import SplitResult, urlsplit

from traceability.errors import TraceabilityError
from traceability.ledger import LedgerError
from traceability.ledger.ed25519 import SIGNATURE_SIZE, verify_signature
from traceability.ledger.encoding import base64_bytes
from traceability.ledger.note import VerifierKey

# The publisher waits this long at most, then tries again at its next turn: until then nothing new is published.
SECONDS = 10
# A signature in base64, a newline, and nothing else.
_MOST_BYTES = 2 * SIGNATURE_SIZE
_COMMAND = "command:"


class RemoteSignerError(TraceabilityError):
    """The signer cannot be reached, refuses, or gave what is no signature of the log's key."""


@dataclass(frozen=True)
class RemoteSigner:
    """Signs by asking somebody else; fits wherever `traceability.ledger.note.Signer` does."""

    vkey: VerifierKey
    ask: Callable[[bytes], bytes]

    def sign(self, message: bytes) -> bytes:
        """Have the text of a note signed. Raises RemoteSignerError.

        What comes back is verified: a checkpoint with a bad signature, once published, would be evidence against us.
        """
        try:
            signature = base64_bytes(self.ask(message).decode("ascii").strip())
            verify_signature(self.vkey.public, signature, message)
        except (LedgerError, ValueError) as error:
            raise RemoteSignerError(f"log signer: gave no signature of {self.vkey.name}") from error
        return signature


def remote_signer(address: str, *, vkey: VerifierKey, token: str = "") -> RemoteSigner:
    """Make the signer that an address names. Raises RemoteSignerError for one of another form."""
    if address.startswith(_COMMAND):
        words = shlex.split(address.removeprefix(_COMMAND))
        return RemoteSigner(vkey, lambda message: _run(words, message))
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname or "")):
        raise RemoteSignerError("log signer: neither command:... nor https://...")
    return RemoteSigner(vkey, lambda message: _post(parts, message, token))


def _is_loopback(host: str) -> bool:
    # A sidecar on the same machine may be spoken to in the clear.
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _run(words: list[str], message: bytes) -> bytes:
    try:
        done = subprocess.run(words, input=message, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - the operator's own command, and no shell
    except (OSError, subprocess.SubprocessError) as error:
        # Neither its arguments nor what it printed: either may hold a secret.
        raise RemoteSignerError(f"log signer: the command failed ({type(error).__name__})") from error
    return done.stdout[:_MOST_BYTES]


def _post(parts: SplitResult, message: bytes, token: str) -> bytes:
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    headers = {"Content-Type": "application/octet-stream", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection = connect(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("POST", parts.path or "/", message, headers)
        answer = connection.getresponse()
        found = answer.read(_MOST_BYTES)
    except (OSError, HTTPException) as error:
        raise RemoteSignerError(f"log signer: the service does not answer ({type(error).__name__})") from error
    finally:
        connection.close()
    # A redirect is no answer: the text to sign goes to the named address alone.
    if answer.status != HTTPStatus.OK:
        raise RemoteSignerError(f"log signer: the service answered {answer.status}")
    return found
