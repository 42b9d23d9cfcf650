"""The modules as production serves them: each named by the hash of its bytes, and importing the others by theirs."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.browser import node, worlds

STORAGE = {"BACKEND": "config.static_files.ModuleStorage"}


def test_the_collected_verifier_still_verifies(settings: Settings, tmp_path: Path) -> None:
    if node.executable() is None or not (node.ROOT / "node_modules").is_dir():
        pytest.skip("no Node.js, or npm packages are not installed")
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": STORAGE}
    call_command("collectstatic", interactive=False, verbosity=0)
    named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    module = named["traceability/ledger/verify.js"]

    with node.laid_out(tmp_path) as verifier:
        report = verifier.call(f"./{module}", "verifyBundle", worlds.data(worlds.rice().bundle("lot:bag")), {})

    assert module != "traceability/ledger/verify.js"
    assert report["ok"] is True


def test_every_import_of_a_collected_module_is_by_hash(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": STORAGE}

    call_command("collectstatic", interactive=False, verbosity=0)

    named = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    page = (tmp_path / named["traceability/trace/check.js"]).read_text()
    assert f"../{named['traceability/ledger/verify.js'].removeprefix('traceability/')}" in page
    assert '"../ledger/verify.js"' not in page
