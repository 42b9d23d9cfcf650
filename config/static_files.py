"""How static files are found and named: single files of npm packages, and ES modules under the hash of their bytes."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.files.storage import FileSystemStorage, Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PackageFinder(BaseFinder):
    """Finds what `NPM_FILES` names, a folder under the static root, its package and files, and nothing else of it."""

    def check(self, **_kwargs: Any) -> list[CheckMessage]:
        """Warn of packages that are not installed; pages work without them, but then browsers verify nothing."""
        packages = sorted({package for package, _names in settings.NPM_FILES.values()})
        return [
            CheckWarning(f"npm package {package}: not installed", hint="npm ci", id="config.W001")
            for package in packages
            if not _home(package).is_dir()
        ]

    def find(self, path: str, find_all: bool = False, **_kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Give the absolute path of one served file, or an empty list, by which Django's own finders mean nothing."""
        folder, _slash, name = path.rpartition("/")
        package, names = settings.NPM_FILES.get(folder, ("", ()))
        found = [str(_home(package) / name)] if name in names and (_home(package) / name).is_file() else []
        return found[0] if found and not find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Give every served file with the storage that holds it."""
        for prefix, (package, names) in settings.NPM_FILES.items():
            storage = FileSystemStorage(location=_home(package))
            vars(storage)["prefix"] = prefix  # where collectstatic puts the file
            for name in names:
                if storage.exists(name) and not any(fnmatch(name, pattern) for pattern in ignore_patterns or ()):
                    yield name, storage


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """Names every file by the hash of its bytes, and rewrites what ES modules import from each other to match.

    An import map would say the same in the page, but an inline one needs an exception in the content security policy.
    """

    support_js_module_import_aggregation = True
    # One pass for each level of modules that import modules.
    max_post_process_passes = 12


def _home(package: str) -> Path:
    return Path(settings.NPM_ROOT) / package
