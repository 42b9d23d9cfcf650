import json
import re

import pytest

from tests.architecture.sources import ROOT, tracked_texts

# In parts, since this file is one of those that are read.
REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("registry", "npmjs"),
            ("npmmirror", "com"),
            ("deb", "debian"),
            ("tuna", "tsinghua"),
            ("mirrors", "aliyun"),
            ("unpkg", "com"),
            ("jsdelivr", "net"),
            ("cdnjs", "cloudflare"),
        )
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.~}/])/(?:root|home|work|Users)/\w")
SECRET = re.compile(
    "|".join(("-----BEGIN [A-Z ]*PRIVATE " + "KEY", "AKIA" + "[0-9A-Z]{16}", "PRIVATE\\+KEY\\+" + "suyuan"))
)


# Lines that a merge left behind: a page shows them to its readers.
CONFLICT = re.compile(r"^(?:<{7}|>{7}) .*", re.MULTILINE)
PATTERNS = {"registry": REGISTRY_HOSTS, "machine path": MACHINE_PATH, "secret": SECRET, "conflict": CONFLICT}


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_no_tracked_text_names(pattern: "re.Pattern[str]") -> None:
    found = [f"{name}: {match}" for name, text in tracked_texts() for match in pattern.findall(text)]

    assert found == []


def test_requirements_are_pinned_with_hashes() -> None:
    for name in ("base", "local", "dev"):
        pins = (ROOT / "requirements" / f"{name}.txt").read_text().replace("\\\n", "").splitlines()

        assert pins
        assert [
            pin for pin in pins if not re.fullmatch(r"[\w.-]+(\[[\w, -]+\])?==\S+( +--hash=sha256:[0-9a-f]{64})+", pin)
        ] == []


def test_larger_sets_of_requirements_hold_the_smaller() -> None:
    base, local, dev = (
        set(
            re.findall(
                r"^[\w.-]+(?:\[[\w, -]+\])?==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("base", "local", "dev")
    )

    assert base - local == set()
    assert local - dev == set()


def test_front_end_packages_are_pinned_by_hash_and_not_by_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    locked = {name.removeprefix("node_modules/"): entry for name, entry in packages.items() if name}
    assert {name: locked[name]["version"] for name in wanted} == wanted
    assert [name for name, entry in locked.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in locked.items() if "resolved" in entry] == []
