import re

from tests.architecture.sources import ROOT, templates

LONGEST = 200
# A script of data is not run, so the content security policy lets it be.
DATA_SCRIPT = re.compile(r'<script[^>]*type="application/(ld\+)?json"')
INLINE = re.compile(r"<style|\sstyle=|javascript:|\son[a-z]+=[\"']")
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape off")


def test_templates_are_short() -> None:
    long = [name for name, text in _templates() if len(text.splitlines()) >= LONGEST]

    assert long == []


def test_templates_run_and_style_nothing_inline() -> None:
    # The content security policy refuses these, so they would fail in silence.
    found = [f"{name}: {match}" for name, text in _templates() for match in INLINE.findall(text)]
    found += [
        f"{name}: {tag}"
        for name, text in _templates()
        for tag in re.findall(r"<script[^>]*>", text)
        if "src=" not in tag and not DATA_SCRIPT.match(tag)
    ]

    assert found == []


def test_templates_escape_everything() -> None:
    found = [name for name, text in _templates() if UNESCAPED.search(text)]

    assert found == []


def _templates() -> list[tuple[str, str]]:
    return [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in templates()]
