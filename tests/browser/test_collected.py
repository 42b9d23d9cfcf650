"""The modules as production serves them: each named by the hash of its bytes, and importing the others by theirs."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from tests.browser import node, worlds

pytestmark = [pytest.mark.slow]

STORAGE = {"BACKEND": "config.static_files.ModuleStorage"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All static files, collected once: nobody here changes one."""
    made = tmp_path_factory.mktemp("collected")
    with override_settings(STATIC_ROOT=made, STORAGES=settings.STORAGES | {"staticfiles": STORAGE}):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield made


@pytest.fixture
def named(folder: Path) -> Mapping[str, str]:
    """What each file is called after its bytes, by its name in the source."""
    found: dict[str, str] = json.loads((folder / "staticfiles.json").read_text())["paths"]
    return found


def test_the_collected_verifier_still_verifies(folder: Path, named: Mapping[str, str]) -> None:
    if node.executable() is None or not (node.ROOT / "node_modules").is_dir():
        pytest.skip("no Node.js, or npm packages are not installed")
    module = named["traceability/ledger/verify.js"]

    with node.laid_out(folder) as verifier:
        report = verifier.call(f"./{module}", "verifyBundle", worlds.data(worlds.rice().bundle("lot:bag")), {})

    assert module != "traceability/ledger/verify.js"
    assert report["ok"] is True


def test_every_import_of_a_collected_module_is_by_hash(folder: Path, named: Mapping[str, str]) -> None:
    page = (folder / named["traceability/trace/check.js"]).read_text()

    assert f"../{named['traceability/ledger/verify.js'].removeprefix('traceability/')}" in page
    assert '"../ledger/verify.js"' not in page
