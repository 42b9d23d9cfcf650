import re
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from config.static_files import PackageFinder


@pytest.fixture
def packages(settings: Settings, tmp_path: Path) -> Path:
    settings.NPM_ROOT = tmp_path / "packages"
    settings.NPM_FILES = {"vendor/curve": ("@some/curve", ["index.js"]), "vendor/sums": ("sums", ["a.js", "b.js"])}
    for name, text in {
        "@some/curve/index.js": "export const curve = 1;",
        "@some/curve/README.md": "not served",
        "sums/a.js": 'import { b } from "./b.js";\nexport const a = b;',
        "sums/b.js": "export const b = 2;",
    }.items():
        path = settings.NPM_ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Path(settings.NPM_ROOT)


def test_finder_gives_named_files_only(packages: Path) -> None:
    finder = PackageFinder()

    assert finder.find("vendor/curve/index.js") == str(packages / "@some/curve/index.js")
    assert finder.find("vendor/curve/README.md") == []
    assert finder.find("vendor/curve/../curve/index.js") == []
    assert sorted((vars(storage)["prefix"], name) for name, storage in finder.list([])) == [
        ("vendor/curve", "index.js"),
        ("vendor/sums", "a.js"),
        ("vendor/sums", "b.js"),
    ]


def test_missing_package_is_a_warning_not_an_error(packages: Path, settings: Settings) -> None:
    settings.NPM_FILES = {**settings.NPM_FILES, "vendor/gone": ("gone", ["index.js"])}

    assert [str(found.msg) for found in PackageFinder().check()] == ["npm package gone: not installed"]


def test_collected_modules_import_each_other_by_hash(packages: Path, settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["config.static_files.PackageFinder"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "config.static_files.ModuleStorage"}}

    call_command("collectstatic", "--no-input", verbosity=0)

    (module,) = (tmp_path / "static/vendor/sums").glob("a.????????????.js")
    (imported,) = re.findall(r'from "\./(b\.[0-9a-f]{12}\.js)"', module.read_text())
    assert (module.parent / imported).read_text() == "export const b = 2;"
