"""A bank's pages as people see them: at both widths, in both languages; and the farmer's yes to a bank's request."""

import json
import os
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from finance.models import AuditRow, BankClient, Consent, Loan
from tests.browser import axe
from tests.factories import credit, scored
from tests.factories.bank import BankMachine, make_key, public
from tests.factories.log import publish
from tests.factories.pages import client_of
from tests.finance.api.test_oauth import pushed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 1280)
PICTURES = os.environ.get("PAGES_FOLDER")


def _context(chromium: Browser, server: LiveServer, member: Membership, language: str, width: int) -> BrowserContext:
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language)
    session = client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}])
    return context


def _at_each_width(page: Page, name: str) -> list[str]:
    """Give what is wrong with the page, as it is opened on a phone and made wide then."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 780})
        found += _looked_at(page, name)
    page.set_viewport_size({"width": WIDTHS[0], "height": 780})
    return found


def _looked_at(page: Page, name: str) -> list[str]:
    """Keep a picture, and give what is wrong with the page as it stands."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    if PICTURES:
        look = f"{page.evaluate('navigator.language')}-{width}"
        page.screenshot(path=Path(PICTURES) / f"bank-{name}-{look}.png", full_page=True)
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return [f"{name} at {width}: {one}" for one in ([f"{wide} px wide"] if wide > width else []) + axe.violations(page)]


def _ask(page: Page, server: LiveServer, consent: Consent) -> None:
    page.goto(f"{server.url}/bank/")
    page.locator("#id_consent").fill(str(consent.pk))
    page.locator("#id_categories input[value=records]").check()
    page.locator("form.form button.button").click()


def _paths(machine: BankMachine) -> dict[str, str]:
    newest = AuditRow.objects.filter(outcome="answered").latest("at")
    return {
        "home": "",
        "query": f"queries/{newest.pk}/",
        "refused": f"queries/{AuditRow.objects.filter(outcome='purpose_mismatch')[0].pk}/",
        "loans": "loans/",
        "loan": f"loans/{Loan.objects.get().pk}/",
        "clients": "clients/",
        "client": f"clients/{machine.client.pk}/",
    }


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.usefixtures("log_keys", "outbound")
def test_every_page_of_a_bank_fits_and_is_open_to_everybody(
    chromium: Browser, live_server: LiveServer, farmer: Membership, operator: Membership, language: str
) -> None:
    scored.make_card(operator)
    bank = credit.furnish(farmer)
    publish()
    machine = BankMachine(bank)
    page = _context(chromium, live_server, bank, language, WIDTHS[0]).new_page()

    _ask(page, live_server, Consent.objects.get(state="granted"))
    wrong = _at_each_width(page, "answer")
    for name, path in _paths(machine).items():
        answer = page.goto(f"{live_server.url}/bank/{path}")
        assert answer
        assert answer.status == 200, name
        wrong += _at_each_width(page, name)

    assert wrong == []
    page.context.close()


def test_a_bank_is_told_at_the_field_why_nothing_is_there(
    chromium: Browser, live_server: LiveServer, bank: Membership
) -> None:
    page = _context(chromium, live_server, bank, "zh-CN", 360).new_page()

    page.goto(f"{live_server.url}/bank/")
    page.locator("#id_consent").fill(str(uuid4()))
    page.locator("form.form button.button").click()

    assert page.get_by_text("没有给贵行的这个编号的授权。请与农户的回执逐字核对。").is_visible()
    assert _looked_at(page, "unknown") == []
    page.context.close()


def test_an_owner_registers_a_machine_and_changes_its_key(
    chromium: Browser, live_server: LiveServer, bank: Membership
) -> None:
    page = _context(chromium, live_server, bank, "zh-CN", 1280).new_page()
    page.goto(f"{live_server.url}/bank/clients/")
    page.get_by_label("名称").fill("核心系统")
    page.locator("#id_key_set").fill(json.dumps({"keys": [public(make_key("k1"))]}))
    page.get_by_role("button", name="登记", exact=True).click()

    page.locator("#id_key").fill(json.dumps(public(make_key("k2"))))
    page.get_by_role("button", name="添加密钥").click()
    page.get_by_role("button", name="撤下 k1").click()

    assert page.get_by_text("已撤下。它签的名不再有效。").is_visible()
    assert [one["kid"] for one in BankClient.objects.get().key_set["keys"]] == ["k2"]
    page.context.close()


def test_a_farmer_says_yes_to_a_banks_request(
    chromium: Browser, live_server: LiveServer, farmer: Membership, bank: Membership
) -> None:
    consent = credit.make_consent(farmer, bank, at=timezone.now(), until=credit.soon())
    machine = BankMachine(bank)
    reference = pushed(machine, consent.pk, "v" * 43).json()["request_uri"]
    page = _context(chromium, live_server, farmer, "zh-CN", 360).new_page()
    returned: list[str] = []

    def take(route: Route) -> None:
        returned.append(route.request.url)
        route.fulfill(body="ok")

    page.route("https://bank.example/**", take)
    page.goto(f"{live_server.url}{reverse('oauth:authorize')}?client_id={machine.client_id}&request_uri={reference}")
    assert _looked_at(page, "authorize") == []

    page.get_by_role("button", name="同意，银行现在可以查询").click()
    page.wait_for_url("https://bank.example/**")

    assert "code=" in returned[0]
    page.context.close()
