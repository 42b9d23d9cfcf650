"""Everything on this machine by one command: engines, web, jobs, the log's two writers and a demonstration season."""

import argparse
import contextlib
import fcntl
import hashlib
import http.client
import json
import os
import secrets
import shlex
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts import engines
from scripts.processes import ProcessEndedError, Troupe

ROOT = Path(__file__).resolve().parents[1]
ENTRYPOINT = str(ROOT / "docker" / "entrypoint")
FIRST_PORT = 8000
PORTS = 20
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# In the order of their start; they are stopped the other way round, so that nothing asks what is gone already.
ROLES = ("publish", "integrate", "worker", "beat", "web")
# What a role writes to its log when it works; web is asked over HTTP instead.
READY = {"publish": "ready", "integrate": "ready", "worker": " ready.", "beat": "beat: Starting"}
WATCH_SECONDS = 0.5
# Two parties of the season's cast that watch the log, as they would elsewhere; made up, as their names say.
WITNESSES = {"county": "示例县农业农村局", "bank": "示例农商银行"}
TOLD = (
    "DJANGO_SETTINGS_MODULE",
    "SUYUAN_VAR",
    "SUYUAN_DEMO",
    "DEBUG",
    "SECRET_KEY_FILE",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "WITNESS_POLICY_FILE",
)
STATIC_FOLDERS = ("accounts/static", "config/static", "finance/static", "orders/static", "traceability/static")

console = Console(highlight=False)


class DemoError(RuntimeError):
    """The demonstration cannot run; the text says why."""


def main() -> None:
    """Run the demonstration until Ctrl-C or SIGTERM; exit with 1 when a part of it ends by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    once = os.environ.get("SUYUAN_DEMO_ONCE") == "1"
    parser.add_argument("--once", action="store_true", default=once, help="start, load, ask every page, stop")
    arguments = parser.parse_args()
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)
    try:
        _run(Path(os.environ.get("SUYUAN_VAR") or ROOT / "var"), once=arguments.once)
    except KeyboardInterrupt:
        console.print("Stopped. The data stay; `make demo` goes on with them.")
    except (DemoError, ProcessEndedError, engines.EngineError) as error:
        console.print(f"Stopped: {error}", style="red", markup=False, soft_wrap=True)
        sys.exit(1)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _run(var: Path, *, once: bool) -> None:
    with ExitStack() as stack:
        try:
            _start(stack, var, once=once)
        finally:
            # A second Ctrl-C must not cut the orderly stop short.
            for number in STOP_SIGNALS:
                signal.signal(number, signal.SIG_IGN)


def _start(stack: ExitStack, var: Path, *, once: bool) -> None:
    stack.enter_context(_only_one(var))
    environ = _environment(var)
    troupe = Troupe(var, environ)
    _start_engines(stack, troupe, var, environ)
    # Entered after the engines, so that what uses them ends before them.
    stack.callback(_stop, troupe)
    log_vkey = _prepare(troupe, var)
    if not environ.get("WITNESS_POLICY_FILE"):
        environ["WITNESS_POLICY_FILE"] = str(_start_witnesses(troupe, var, log_vkey))
    stack.enter_context(_told(environ, var / "demo.env"))
    # Only now: somebody else may take a port that was free a few seconds ago.
    port = _free_port()
    environ["WEB_BIND"] = f"127.0.0.1:{port}"
    _start_roles(troupe, port)
    status, answer = _get(port, "/readyz")
    if status != http.HTTPStatus.OK:
        raise DemoError(f"web: not ready, since /readyz answers {answer}")
    troupe.run(ENTRYPOINT, "manage", "demo_season", "--without-summary")
    summary = json.loads(troupe.ask(ENTRYPOINT, "manage", "demo_season", "--summary"))
    _show(summary, port)
    if once:
        _ask_pages(summary, port)
    while not once:
        troupe.check()
        time.sleep(WATCH_SECONDS)


@contextlib.contextmanager
def _only_one(var: Path) -> Iterator[None]:
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(f"{var}: a demonstration runs here already") from error
        yield


def _free_port() -> int:
    for port in range(FIRST_PORT, FIRST_PORT + PORTS):
        with contextlib.suppress(OSError), socket.socket() as listener:
            # As the web server will: a port that an earlier run left a moment ago counts as free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            return port
    raise DemoError(f"ports {FIRST_PORT} to {FIRST_PORT + PORTS - 1}: all are taken")


def _environment(var: Path) -> dict[str, str]:
    secret = var / "keys" / "django.key"
    if not secret.exists():
        secret.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    ours = {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "SUYUAN_VAR": str(var.resolve()),
        "SUYUAN_DEMO": "1",
        "DEBUG": "0",
        "SECRET_KEY_FILE": str(secret.resolve()),
    }
    return {**os.environ, **ours}


def _start_engines(stack: ExitStack, troupe: Troupe, var: Path, environ: dict[str, str]) -> None:
    if engines.given():
        if "DATABASE_OWNER_URL" not in os.environ:
            raise DemoError("DATABASE_OWNER_URL: not set; migrations run as another log-in than the product")
        console.print("· PostgreSQL and Redis are the ones that the environment names")
        return
    with _step("Start PostgreSQL and Valkey"):
        guarded = stack.enter_context(engines.guarded(var))
    environ.update(guarded.engines.environ)
    troupe.watch("PostgreSQL or Valkey", guarded.guardian)


@contextlib.contextmanager
def _told(environ: Mapping[str, str], path: Path) -> Iterator[None]:
    """Tell a shell how to reach what runs, for as long as it runs: `make manage` reads it."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"export {name}={shlex.quote(environ[name])}\n" for name in TOLD if name in environ)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _prepare(troupe: Troupe, var: Path) -> str:
    """Make keys, tables and static files, and give what verifies the log."""
    with _step("Make keys, where there are none"):
        log_vkey = troupe.ask(ENTRYPOINT, "manage", "make_keys").rstrip().rpartition("\n")[2]
    with _step("Migrate the database"):
        troupe.ask(ENTRYPOINT, "migrate", "--verbosity", "0")
    collected = var / "static.collected"
    now = _fingerprint()
    if not collected.exists() or collected.read_text() != now:
        with _step("Collect static files"):
            troupe.ask(ENTRYPOINT, "collect")
        collected.write_text(now)
    return log_vkey


def _start_witnesses(troupe: Troupe, var: Path, log_vkey: str) -> Path:
    """Start who must cosign what the log publishes, and write the policy that names them where they listen now."""
    folder = var / "witnesses"
    folder.mkdir(mode=0o700, exist_ok=True)
    lines = []
    with _step(f"Start {len(WITNESSES)} witnesses"):
        for name, says in WITNESSES.items():
            vkey = _witness_key(troupe, folder / f"{name}.key", name)
            options = ("--key", str(folder / f"{name}.key"), "--store", str(folder / name), "--log", log_vkey)
            member = troupe.start(f"witness-{name}", ENTRYPOINT, "witness", *options, "--listen", "127.0.0.1:0")
            troupe.wait_until(lambda member=member: "\nready " in member.written(), f"witness {name}")  # type: ignore[misc]
            lines.append(f"witness {says} {vkey} {member.written().rpartition('ready ')[2].split()[0]}\n")
    policy = folder / "policy"
    policy.write_text(f"{''.join(lines)}group all all {' '.join(WITNESSES.values())}\nquorum all\n", encoding="utf-8")
    return policy


def _witness_key(troupe: Troupe, path: Path, name: str) -> str:
    public = path.with_suffix(".vkey")
    if not public.exists():
        path.unlink(missing_ok=True)
        made = troupe.ask(ENTRYPOINT, "witness-key", "--key", str(path), "--name", f"witness.{name}.demo.example")
        public.write_text(made, encoding="utf-8")
    return public.read_text(encoding="utf-8").strip()


def _fingerprint() -> str:
    """Tell whether a static file, or the version of a package that brings some, differs from the last start's."""
    files = [path for folder in STATIC_FOLDERS for path in ROOT.glob(f"{folder}/**/*")]
    paths = [ROOT / "requirements" / "local.txt", ROOT / "package-lock.json", *files]
    states = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(paths) if path.is_file()]
    return hashlib.sha256(repr(states).encode()).hexdigest()


def _start_roles(troupe: Troupe, port: int) -> None:
    with _step(f"Start {', '.join(ROLES)}"):
        members = {role: troupe.start(role, ENTRYPOINT, role) for role in ROLES}
        troupe.wait_until(lambda: _get(port, "/healthz")[0] == http.HTTPStatus.OK, "web")
        for role, word in READY.items():
            troupe.wait_until(lambda member=members[role], word=word: word in member.written(), role)  # type: ignore[misc]


def _get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


def _ask_pages(summary: Mapping[str, Any], port: int) -> None:
    for page in summary["pages"]:
        status, _body = _get(port, page["path"])
        if status != http.HTTPStatus.OK:
            raise DemoError(f"{page['path']}: answered with {status}")
    console.print(f"{len(summary['pages'])} pages answer.")


def _show(summary: Mapping[str, Any], port: int) -> None:
    accounts = Table("acts for", "role", "phone", "password", title="Log-ins", title_justify="left")
    for account in summary["accounts"]:
        accounts.add_row(account["organisation"], account["role"], account["phone"], account["password"])
    console.print(accounts)
    # No table: an address that is cut or folded cannot be clicked.
    for page in summary["pages"]:
        console.print(f"{page['title']}\n    http://127.0.0.1:{port}{page['path']}", soft_wrap=True)
    console.print("Suyuan runs. Ctrl-C stops it; the data stay.", style="bold")


def _stop(troupe: Troupe) -> None:
    with _step("Stop " + ", ".join(reversed(ROLES)) + ", then witnesses and engines"):
        troupe.stop()


@contextlib.contextmanager
def _step(title: str) -> Iterator[None]:
    began = time.monotonic()
    with console.status(title):
        yield
    console.print(f"✓ {title} ({time.monotonic() - began:.1f} s)")


if __name__ == "__main__":
    main()
