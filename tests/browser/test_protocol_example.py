"""The example in the documentation is one: both verifiers take it, and its hashes are those that it prints."""

import base64
import json
import re
from pathlib import Path

import pytest

from tests.browser.node import Verifier
from traceability.ledger import leaf_hash
from traceability.ledger.report import verify_bundle

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()


def block(name: str) -> str:
    found = re.search(rf"^```{name}\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_python_takes_the_example() -> None:
    report = verify_bundle(block("bundle").encode(), vkeys=[block("vkey")])

    assert [one.type for one in report.records] == ["key.add", "lot.harvested", "lot.handed_over"]
    assert (report.signatures, report.openings) == (1, 1)


def test_the_browser_takes_the_example(verifier: Verifier) -> None:
    report = verifier.call("verify", "verifyBundle", block("bundle").encode(), {"vkeys": [block("vkey")]})

    assert report["ok"] is True
    assert report["proven"] == 3


@pytest.mark.parametrize("position", [0, 1, 2])
def test_the_hashes_are_those_of_the_leaves(position: int) -> None:
    record = json.loads(block("bundle"))["records"][position]

    assert leaf_hash(base64.b64decode(record)).hex() == block("hashes").split()[position]
