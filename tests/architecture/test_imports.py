import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import APPS, ROOT

PURE = ("ledger", "epcis", "standards", "geometry", "events", "balance", "labels")
# They take longer to load than all the rest of a process that serves pages, and a fit, a plan or a bucket is rare.
HEAVY = ("boto3", "optbinning", "ortools", "pandas", "scipy", "sklearn", "storages")
# Loaded by name, and only where they are wanted.
WANTED = ("orders/season/", "traceability/object_storage.py")
FOREIGN = ("django", "rest_framework", "celery", "kombu", "redis", "psycopg")


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("app", [app for app in APPS if (ROOT / app / "models" / "__init__.py").exists()])
def test_models_package_gives_only_what_models_define(app: str) -> None:
    # A contract sees who imports `app.models`; it does not see that something else is handed through there.
    package = ROOT / app / "models"
    foreign = []

    for node in ast.parse((package / "__init__.py").read_text()).body:
        if isinstance(node, ast.Import):
            foreign += [name.name for name in node.names]
        if isinstance(node, ast.ImportFrom):
            defined = _definitions(package, node.module or "", f"{app}.models")
            foreign += [f"{node.module}.{name.name}" for name in node.names if name.name not in defined]

    assert foreign == []


def test_nothing_heavy_is_loaded_before_it_is_wanted() -> None:
    found = [
        f"{path}: {name}"
        for path in (file.relative_to(ROOT).as_posix() for app in APPS for file in (ROOT / app).rglob("*.py"))
        if not path.startswith(WANTED)
        for name in _loaded_at_once(ROOT / path)
        if name.partition(".")[0] in HEAVY
    ]

    assert found == []


def _loaded_at_once(path: Path) -> list[str]:
    body = ast.parse(path.read_text()).body
    plain = [name.name for node in body if isinstance(node, ast.Import) for name in node.names]
    return plain + [node.module or "" for node in body if isinstance(node, ast.ImportFrom)]


@pytest.mark.parametrize("name", PURE)
def test_pure_package_loads_no_framework(name: str) -> None:
    # In a fresh interpreter, where nothing is loaded yet; contracts do not look into traceability/__init__.py.
    script = f"""
import importlib, pkgutil, sys
module = importlib.import_module("traceability.{name}")
for found in pkgutil.walk_packages(getattr(module, "__path__", []), module.__name__ + "."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
print(*sorted(set({FOREIGN!r}) & set(sys.modules)))
"""

    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (result.stdout.strip(), result.stderr) == ("", "")


def _definitions(package: Path, module: str, prefix: str) -> set[str]:
    path = package / f"{module.removeprefix(prefix + '.')}.py"
    if not module.startswith(prefix + ".") or not path.exists():
        return set()
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        if isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names
