import base64
import json
import re
import subprocess
from pathlib import Path

import pytest

from scripts import sbom, scan

# In parts, so that no scanner takes the examples themselves for secrets.
EXAMPLES = {
    "Private Key": "-----BEGIN " + "PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIB",
    "GitHub Token": "token: ghp_" + "a" * 36,
    "AWS Access Key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "Basic Auth Credentials": "postgresql://suyuan:" + "kQ7vLw@db.internal/suyuan",
}


def test_there_are_no_secrets_in_this_tree() -> None:
    assert scan.secrets() == []


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_a_secret_is_named_by_its_place_and_kind_and_not_repeated(kind: str) -> None:
    assert list(scan.secrets_in("a.yaml", f"first: 1\n{EXAMPLES[kind]}\n")) == [f"a.yaml:2: {kind}"]


def test_files_that_git_does_not_know_yet_are_looked_at_and_ignored_ones_are_not(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("var/\n")
    (tmp_path / "var").mkdir()
    for name in ("new.env", "var/old.env", "requirements.lock"):
        (tmp_path / name).write_text(EXAMPLES["GitHub Token"])

    assert scan.secrets(tmp_path) == ["new.env:1: GitHub Token"]


def test_known_holes_are_findings_and_what_was_not_checked_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[dict[str, object]] = [
        {"name": "good", "version": "1", "vulns": []},
        {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2.1"]}]},
        {"name": "unknown", "skip_reason": "Dependency not found"},
    ]

    assert list(scan.holes(told)) == ["bad 2: PYSEC-2026-1, mended in 2.1"]
    assert "1 of 3 packages were NOT checked" in capsys.readouterr().out


def test_without_an_answer_of_the_registry_nothing_fails_and_the_gate_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = subprocess.CompletedProcess(["pip-audit"], 1, stdout="", stderr="no route to host")
    monkeypatch.setattr(subprocess, "run", lambda *_command, **_options: silent)

    assert scan.dependencies() == []
    assert "NOTHING was checked" in capsys.readouterr().out


def test_a_finding_fails_the_gate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(scan.LOOKS, "secrets", lambda: ["a.yaml:2: Private Key"])

    assert scan.main(["secrets"]) == 1
    assert "a.yaml:2: Private Key" in capsys.readouterr().out


def test_the_bill_names_every_locked_package_once_and_is_the_same_each_time() -> None:
    lock = (sbom.ROOT / "requirements" / "base.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)(?:\[[^]]*\])?==(\S+)", lock, re.MULTILINE)

    text = sbom.of_this_tree()
    components = json.loads(text)["components"]

    named = [(one["name"], one["version"]) for one in components if one["purl"].startswith("pkg:pypi/")]
    assert sorted(named) == sorted((name, version) for name, version in pinned)
    assert "pkg:npm/%40noble/ed25519@3.2.0" in {one["purl"] for one in components}
    assert "axe-core" not in text
    assert sbom.of_this_tree() == text


def test_the_bill_bears_the_hashes_of_both_lock_files() -> None:
    digest = bytes(range(64))
    npm = {"node_modules/@a/b": {"version": "1.0", "integrity": "sha512-" + base64.b64encode(digest).decode()}}

    text = sbom.make(
        python=f"django[x]==5.2 \\\n    --hash=sha256:{'0' * 64}\n", npm=json.dumps({"packages": {"": {}, **npm}})
    )

    assert [(one["purl"], one["hashes"][0]["content"]) for one in json.loads(text)["components"]] == [
        ("pkg:npm/%40a/b@1.0", digest.hex()),
        ("pkg:pypi/django@5.2", "0" * 64),
    ]
