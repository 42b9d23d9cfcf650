"""The public page of a certificate: the reader's own browser checks it, by its own cryptography and by script."""

import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from finance.credentials import CredentialError, verify_reference
from finance.models import Credential
from tests.browser import axe
from tests.factories import credit
from tests.finance.credentials.test_credentials import CONTROLLER, NOW, certificate, leaves, listed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# As in a browser that has no cryptography for pages, or none with Ed25519.
SCRIPTED = "Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined })"
LOOKS = [("zh-CN", 360), ("en-US", 1280)]
PICTURES = os.environ.get("PAGES_FOLDER")
Document = dict[str, Any]


@pytest.fixture(params=["engine", "script"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN")
    page = context.new_page()
    if request.param == "script":
        page.add_init_script(SCRIPTED)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    assert faults == []
    context.close()


@pytest.fixture
def made(live_server: LiveServer, farmer: Membership, bank: Membership) -> Credential:
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    return credit.certify(consent, farmer, origin=live_server.url)


def url_of(server: LiveServer, made: Credential) -> str:
    return f"{server.url}{reverse('certificate:show', args=[made.pk])}"


def outcome(page: Page, url: str) -> str:
    page.goto(url)
    box = page.locator("[data-done]")
    expect(box).to_be_visible()
    assert page.locator("[data-outcome]:visible").count() == 1
    return box.get_attribute("data-done") or ""


def serve_changed(page: Page, pattern: str, change: Callable[[Document], None]) -> None:
    """Let the page fetch the real thing, and change it on the way."""

    def answer(route: Route) -> None:
        response = route.fetch()
        document = response.json()
        change(document)
        route.fulfill(response=response, body=json.dumps(document))

    page.route(pattern, answer)


def _raise_the_score(document: Document) -> None:
    document["credentialSubject"]["score"] = 741


def _write_as_half(document: Document) -> None:
    document["credentialSubject"]["score"] = 641.5


def _make_another_kind(document: Document) -> None:
    document["type"] = ["VerifiableCredential", "Diploma"]


def _empty_the_list(document: Document) -> None:
    document["credentialSubject"]["encodedList"] = listed()["credentialSubject"]["encodedList"][:-8]


def _name_nobody(document: Document) -> None:
    document["assertionMethod"] = []


def _swap_the_key(document: Document) -> None:
    document["verificationMethod"][0]["publicKeyMultibase"] = CONTROLLER["verificationMethod"][0]["publicKeyMultibase"]


CHANGES: dict[str, tuple[str, Callable[[Document], None], str]] = {
    "another score": ("**/certificate.json", _raise_the_score, "proof"),
    "no integer": ("**/certificate.json", _write_as_half, "proof"),
    "another kind": ("**/certificate.json", _make_another_kind, "form"),
    "another list": ("**/certificate/status/*", _empty_the_list, "status"),
    "no key of the issuer": ("**/did.json", _name_nobody, "issuer"),
    "another key": ("**/did.json", _swap_the_key, "proof"),
}


def test_a_certificate_is_found_genuine_until_its_time_is_over(
    page: Page, live_server: LiveServer, made: Credential
) -> None:
    assert outcome(page, url_of(live_server, made)) == "ok"
    expect(page.get_by_text("真实：由本平台签名", exact=False).first).to_be_visible()
    assert page.get_by_text("参考信息，不是个人信用报告。").first.is_visible()

    page.clock.set_fixed_time(made.valid_until)

    assert outcome(page, url_of(live_server, made)) == "time"


def test_a_certificate_that_was_taken_back_is_found_out(
    page: Page, live_server: LiveServer, made: Credential, farmer: Membership
) -> None:
    credit.revoke(made.consent, farmer, at=timezone.now())

    assert outcome(page, url_of(live_server, made)) == "revoked"


def test_whatever_was_changed_on_the_way_is_found_out(page: Page, live_server: LiveServer, made: Credential) -> None:
    found = {}

    for name, (pattern, change, _expected) in CHANGES.items():
        serve_changed(page, pattern, change)
        found[name] = outcome(page, url_of(live_server, made))
        page.unroute(pattern)

    assert found == {name: expected for name, (_pattern, _change, expected) in CHANGES.items()}


def test_a_page_that_says_another_number_than_was_signed_is_found_out(
    page: Page, live_server: LiveServer, made: Credential
) -> None:
    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=response.text().replace(">641<", ">741<"))

    page.route(url_of(live_server, made), answer)

    assert outcome(page, url_of(live_server, made)) == "proof"


@pytest.mark.parametrize("pattern", ["**/certificate/status/*", "**/did.json", "**/certificate.json"])
def test_what_cannot_be_fetched_proves_nothing(
    chromium: Browser, live_server: LiveServer, made: Credential, pattern: str
) -> None:
    page = chromium.new_page()
    page.route(pattern, lambda route: route.fulfill(status=503, body="{}"))

    assert outcome(page, url_of(live_server, made)) == "offline"
    page.close()


def _part(secured: Document) -> str:
    try:
        verify_reference(secured, controller=CONTROLLER, listed=listed(), now=NOW)
    except CredentialError as error:
        return error.part
    return "ok"


def _with_each_member_changed() -> Iterator[Document]:
    yield certificate()
    for path in leaves(certificate()):
        changed: Any = copy.deepcopy(certificate())
        inner = changed
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = inner[path[-1]] + 1 if isinstance(inner[path[-1]], int) else f"{inner[path[-1]]}x"
        yield changed


_CHECK = """async ({ certificates, controller, list, now }) => {
  const isModule = (one) => one.name.includes("certificate/verify");
  const { verifyCertificate } = await import(performance.getEntriesByType("resource").find(isModule).name);
  const check = (one) => verifyCertificate(one, { controller, list, now: new Date(now) }).then(
    () => "ok", (error) => error.part ?? error.message);
  return Promise.all(certificates.map(check));
}"""


def test_browser_and_server_name_the_same_part_for_each_member_that_was_changed(
    page: Page, live_server: LiveServer, made: Credential
) -> None:
    outcome(page, url_of(live_server, made))
    changed = list(_with_each_member_changed())
    told = {"certificates": changed, "controller": CONTROLLER, "list": listed(), "now": NOW.isoformat()}

    found = page.evaluate(_CHECK, told)

    assert found == [_part(one) for one in changed]
    assert [place for place, part in enumerate(found) if part == "ok"] == [0]


@pytest.mark.parametrize(("language", "width"), LOOKS)
def test_the_page_fits_and_is_open_to_everybody(
    chromium: Browser, live_server: LiveServer, made: Credential, language: str, width: int
) -> None:
    context: BrowserContext = chromium.new_context(viewport={"width": width, "height": 780}, locale=language)
    page = context.new_page()

    outcome(page, url_of(live_server, made))

    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"certificate-show-{language}-{width}.png", full_page=True)
    assert axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_without_scripts_nothing_is_claimed(chromium: Browser, live_server: LiveServer, made: Credential) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()

    page.goto(url_of(live_server, made))

    assert page.locator("noscript p").is_visible()
    assert not page.locator("[data-outcome=ok]").is_visible()
    context.close()
