"""The published EPCIS test data, read from beside the project; tests that need it skip where it is absent."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "vectors" / "epcis"
needs_vectors = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no conformance data at {FOLDER}")


def read_bytes(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def read(name: str) -> Any:
    return json.loads(read_bytes(name)) if FOLDER.is_dir() else []


def names(pattern: str) -> list[str]:
    return sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob(pattern))


def cases(items: Iterable[Any]) -> Any:
    """Parametrize a test by published cases; one skipped case where there are none."""
    listed = list(items)
    if not listed:
        return pytest.mark.parametrize("case", [pytest.param(None, marks=pytest.mark.skip("no conformance data"))])
    return pytest.mark.parametrize("case", listed, ids=_name)


def _name(case: Any) -> str:
    if isinstance(case, dict):
        return str(next(iter(case.values())))[:60]
    return str(case)[:60]
