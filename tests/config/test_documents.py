"""Pages for people: what they link to is there."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("docker/*.md"), *ROOT.glob("benchmarks/*.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


def links(page: Path) -> list[str]:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [one or other for one, other in LINK.findall(text)]


def anchors(page: Path) -> set[str]:
    """Give the names under which headings are found, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_is_there(page: Path) -> None:
    missing = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if re.match(r"[a-z]+:", link):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)

    assert missing == []


def test_every_guide_is_named_in_the_readme() -> None:
    named = set(links(ROOT / "README.md"))

    assert [
        guide.name for guide in sorted(ROOT.glob("docs/guides/*.md")) if f"docs/guides/{guide.name}" not in named
    ] == []


def test_every_picture_of_a_guide_is_shown() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}

    pictures = [*ROOT.glob("docs/images/*"), *ROOT.glob("docs/guides/**/*.png")]
    assert [picture.name for picture in sorted(pictures) if picture.resolve() not in shown] == []
