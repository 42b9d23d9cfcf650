"""What axe-core finds wrong with a page: the rules of WCAG 2.2 A and AA, and axe's own best practices."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """rules => axe.run(document, {
  runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']}).then(found => found.violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 200)} (${node.any.concat(node.all, node.none)
    .map(one => one.message).join('; ').slice(0, 200)})`)))"""


def violations(page: Page) -> list[str]:
    """List every violation on the page as it stands, by rule and element; skip where axe-core is not installed.

    The script comes in beside the page's policy, as the browser's own tools do, and leaves the page as it was.
    """
    if not SOURCE.exists():
        pytest.skip("axe-core is not installed: npm packages are missing")
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN, _RULES)
    return found
