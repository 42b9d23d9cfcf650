"""What else `make check` looks for: secrets in the tree, dangerous calls, packages with known holes.

Secrets: the token, key and log-in detectors of detect-secrets, over every tracked text. Its entropy detectors are not
used, since hashes and signatures are what this tree is full of; words that name passwords in Python are ruff's to find.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.private_key import PrivateKeyDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

ROOT = Path(__file__).resolve().parents[1]
CODE = ("accounts", "config", "finance", "orders", "scripts", "traceability")
LOCK = ROOT / "requirements" / "base.txt"
DETECTORS: tuple[BasePlugin, ...] = tuple(
    kind()
    for kind in (
        AWSKeyDetector,
        AzureStorageKeyDetector,
        BasicAuthDetector,
        GitHubTokenDetector,
        GitLabTokenDetector,
        JwtTokenDetector,
        NpmDetector,
        OpenAIDetector,
        PrivateKeyDetector,
        PypiTokenDetector,
        SendGridDetector,
        SlackDetector,
        StripeDetector,
        TwilioKeyDetector,
    )
)
# Log files of an engine, pictures and fonts hold no text; lock files hold hashes of files only.
_NO_TEXT = re.compile(r"\.(png|jpg|pdf|xlsx|ttf|woff2|lock|mo)$|^requirements/\w+\.txt$|^package-lock\.json$")
# Which findings are none, by the hash of what was found; the reason stands beside each.
_NO_SECRETS = {
    hashlib.sha256(example.encode()).hexdigest()
    for example in (
        "password",  # the shape of an address, in a docstring
        "app",  # a log-in of the README's example, on the reader's own machine
        "pa%2Fss",  # a test of addresses
        "pass",  # likewise
    )
}


def secrets_in(path: str, text: str) -> Iterator[str]:
    """Name each secret of a text by file, line and kind; what it is stays unsaid, since this ends up in logs."""
    for detector in DETECTORS:
        for found in detector.analyze_string(text):
            if hashlib.sha256(found.encode()).hexdigest() not in _NO_SECRETS:
                line = text.count("\n", 0, text.find(found)) + 1
                yield f"{path}:{line}: {detector.secret_type}"


def secrets(root: Path = ROOT) -> list[str]:
    """Name the secrets in all that git tracks, or would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    )
    return [found for path in _texts(listed.stdout.decode().split("\0")) for found in _secrets_of(root, path)]


def _texts(paths: Iterable[str]) -> Iterator[str]:
    return (path for path in paths if path and not _NO_TEXT.search(path))


def _secrets_of(root: Path, path: str) -> Iterator[str]:
    file = root / path
    if file.is_file():
        yield from secrets_in(path, file.read_text(encoding="utf-8", errors="replace"))


def code() -> list[str]:
    """Let bandit look for dangerous calls of medium severity or more; its settings stand in pyproject.toml."""
    command = ["-m", "bandit", "--quiet", "-ll", "--configfile", "pyproject.toml", "--recursive", *CODE]
    looked = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return [] if looked.returncode == 0 else [looked.stdout + looked.stderr]


def dependencies() -> list[str]:
    """Ask the registry for known holes of what production installs; without an answer there is no finding."""
    command = ["-m", "pip_audit", "--disable-pip", "--require-hashes", "--requirement", str(LOCK), "--format", "json"]
    try:
        asked = subprocess.run(
            [sys.executable, *command, "--progress-spinner", "off"],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        told = json.loads(asked.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        print("   the registry gave no answer: NOTHING was checked for known holes")
        return []
    return list(holes(told))


def holes(told: list[dict[str, object]]) -> Iterator[str]:
    """Name the known holes in an answer of pip-audit, and say what it knew nothing of."""
    skipped = [one for one in told if "skip_reason" in one]
    if skipped:
        print(f"   {len(skipped)} of {len(told)} packages were NOT checked: this registry keeps no list of known holes")
    for one in told:
        for hole in one.get("vulns") or ():  # type: ignore[attr-defined]
            yield f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none'}"


LOOKS: dict[str, Callable[[], list[str]]] = {
    "secrets": secrets,
    "code": code,
    "dependencies": dependencies,
}


def main(arguments: list[str] | None = None) -> int:
    """Look, print what was found, and return 1 where anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("looks", nargs="*", choices=[*LOOKS, []], help="all, where none is named")
    named = parser.parse_args(arguments).looks or list(LOOKS)
    faults = 0
    for name in named:
        print(f"== scan: {name}", flush=True)
        for fault in LOOKS[name]():
            faults += 1
            print(f"   {fault}")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
