from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from accounts.enums import Provenance
from tests.browser import node
from tests.browser.node import Verifier
from tests.factories import stories
from tests.factories.log import publish
from tests.factories.stories import Story


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


CHROMIUM = "/usr/bin/chromium"
# A page that comes late says more about the machine than about the page; one that is wrong never comes.
PATIENCE_MS = 30_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}")
    # Playwright keeps an event loop in this thread as long as it runs; our database calls stand beside it, not in it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def story(transactional_db: None, log_keys: None) -> Story:
    """A bag of rice whose records are committed and published, for a server to show."""
    told = stories.rice(provenance=Provenance.GENERATED)
    stories.signed_photo(told.season, told.farmer)
    publish()
    return told
