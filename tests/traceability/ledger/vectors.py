"""The published conformance data, read from beside the project; tests that need it skip where it is absent."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "ledger"
needs_vectors = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no conformance data at {FOLDER}")


def read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text()) if FOLDER.is_dir() else {}


def cases(items: Iterable[Any]) -> Any:
    """Parametrize a test by the cases of a file; one skipped case where there is no file."""
    listed = list(items)
    if not listed:
        return pytest.mark.parametrize("case", [pytest.param(None, marks=pytest.mark.skip("no conformance data"))])
    return pytest.mark.parametrize("case", listed, ids=_name)


def _name(case: Any) -> str:
    if isinstance(case, dict):
        return str(case.get("desc") or case.get("path") or case.get("file") or "-".join(map(str, case.values())))[:60]
    return str(case)[:60]
