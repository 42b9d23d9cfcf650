from collections.abc import Iterator

import pytest

from tests.browser import node
from tests.browser.node import Verifier


def _verifier(folder_factory: pytest.TempPathFactory, *, scripted: bool) -> Iterator[Verifier]:
    if node.executable() is None:
        pytest.skip("no Node.js: neither the machine's nor the wheel's")
    if not (node.ROOT / "node_modules").is_dir():
        pytest.skip("npm packages are not installed")
    with node.running(folder_factory.mktemp("modules") / "static", scripted=scripted) as verifier:
        yield verifier


@pytest.fixture(scope="session")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verifier]:
    yield from _verifier(tmp_path_factory, scripted=False)


@pytest.fixture(scope="session")
def scripted_verifier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verifier]:
    """The verifier where the engine has no cryptography for pages: all of it by script."""
    yield from _verifier(tmp_path_factory, scripted=True)
