"""A farm's credit as people see it: at both widths, in both languages, with a consent given by pressing buttons."""

import os
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from accounts.enums import OrganisationKind
from accounts.models import Membership
from accounts.services.stand_ins import allow_party
from finance.models import Consent, Credential, Dispute, Loan
from finance.queries import own_score
from finance.queries.own_score import ShownReason, ShownScore
from tests.browser import axe
from tests.factories import credit
from tests.factories.pages import client_of
from tests.factories.parties import make_member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("zh-CN", 1280), ("en-US", 360)]
# As test_every_page looks at all of these pages, but for the score that is made up here.
LOOKS_OF_EVERY_PAGE = [("zh-CN", 360), ("en-US", 1280)]
PICTURES = os.environ.get("PAGES_FOLDER")


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A score to look at, as the pages get it."""
    late = ShownReason(
        feature="on_time_rate",
        text="按时交付率82%，低于90%：3笔迟交",
        change="下次按时交，就能多得18分",
        records=[str(uuid4())] * 3,
    )
    thin = ShownReason(feature="logging_regularity", text="农事记录隔得太久", change="每星期记一次就够")
    good = ShownReason(feature="inspection_pass_rate", text="抽检9次，全部合格")
    shown = ShownScore(
        id=uuid4(),
        as_of=credit.timezone_now(),
        score=641,
        grade="B",
        low=623,
        high=659,
        reasons=[late, thin],
        positives=[good],
    )
    monkeypatch.setattr(own_score, "newest", lambda _subject: shown)


def _context(chromium: Browser, server: LiveServer, member: Membership, language: str, width: int) -> BrowserContext:
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language)
    session = client_of(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    return context


def _faults(page: Page, width: int) -> list[str]:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return ([f"{wide} px wide"] if wide > width else []) + axe.violations(page)


def _keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"credit-{name}.png", full_page=True)


def _paths() -> dict[str, str]:
    given, draft = Consent.objects.get(state="granted").pk, Consent.objects.get(state="draft").pk
    return {
        "home": "",
        "queries": "queries/",
        "new": "consents/new/",
        "give": f"consents/{draft}/give/",
        "consent": f"consents/{given}/",
        "revoke": f"consents/{given}/revoke/",
        "refer": f"consents/{given}/refer/",
        "code": f"consents/{draft}/code/",
        "loans": "loans/",
        "loan": f"loans/{Loan.objects.get().pk}/",
        "certificates": "certificate/",
        "certificate": f"certificate/{Credential.objects.get().pk}/",
        "receivables": "receivables/",
        "fairness": "fairness/",
        "dispute-new": "disputes/new/?feature=on_time_rate",
        "dispute": f"disputes/{Dispute.objects.get().pk}/",
    }


def _of_a_helper(farmer: Membership) -> dict[str, str]:
    return {"helped": "helped/", "helped-new": f"helped/{farmer.organisation.public_id}/new/"}


def _of_the_operator() -> dict[str, str]:
    return {
        "waiting": "disputes/waiting/",
        "answer": f"disputes/{Dispute.objects.get().pk}/answer/",
        "figures": "figures/",
    }


@pytest.mark.parametrize(("language", "width"), LOOKS)
@pytest.mark.usefixtures("scored")
def test_every_page_of_credit_fits_and_is_open_to_everybody(
    chromium: Browser, live_server: LiveServer, *, farmer: Membership, operator: Membership, language: str, width: int
) -> None:
    credit.furnish(farmer)
    helper = make_member(OrganisationKind.COOPERATIVE, name="青苇合作社")
    allow_party(party=helper.organisation, by=farmer, at=credit.NOW)
    wrong: dict[str, list[str]] = {}

    for member, paths in ((farmer, _paths()), (helper, _of_a_helper(farmer)), (operator, _of_the_operator())):
        context = _context(chromium, live_server, member, language, width)
        wrong |= _looked_at(context, live_server, paths, f"{language}-{width}")
        context.close()

    assert wrong == {}


@pytest.mark.parametrize(("language", "width"), LOOKS_OF_EVERY_PAGE)
@pytest.mark.usefixtures("scored")
def test_a_score_fits_and_is_open_to_everybody(
    chromium: Browser, live_server: LiveServer, *, farmer: Membership, language: str, width: int
) -> None:
    context = _context(chromium, live_server, farmer, language, width)

    wrong = _looked_at(context, live_server, {"home": ""}, f"{language}-{width}")

    context.close()
    assert wrong == {}


def _looked_at(
    context: BrowserContext, server: LiveServer, paths: Mapping[str, str], look: str
) -> Mapping[str, list[str]]:
    """Look at pages of credit, and give what is wrong with them."""
    wrong = {}
    page = context.new_page()
    for name, path in paths.items():
        answer = page.goto(f"{server.url}/credit/{path}")
        assert answer
        assert answer.status == 200, name
        _keep(page, f"{name}-{look}")
        if faults := _faults(page, int(page.evaluate("innerWidth"))):
            wrong[name] = faults
    return wrong


def test_a_farmer_allows_a_bank_and_takes_it_back_by_pressing_buttons(
    chromium: Browser, live_server: LiveServer, farmer: Membership, bank: Membership
) -> None:
    context = _context(chromium, live_server, farmer, "zh-CN", 360)
    page = context.new_page()
    page.goto(f"{live_server.url}/credit/")
    page.get_by_role("link", name="让银行查").click()
    page.get_by_label("哪家银行？").select_option(label="盘锦农商银行")
    page.get_by_label("看看能不能贷款").check()
    page.get_by_label("分数、等级和理由").check()
    page.get_by_label("一个月").check()
    page.get_by_label("三次").check()
    page.get_by_role("button").get_by_text("继续").click()

    page.get_by_role("button", name="同意", exact=True).click()
    assert page.get_by_text("已同意", exact=True).is_visible()
    consent = Consent.objects.get()
    assert (consent.state, consent.categories, consent.max_queries) == ("granted", ["score"], 3)
    page.get_by_role("link", name="收回", exact=True).click()
    page.get_by_role("button", name="收回", exact=True).click()

    assert page.get_by_text("已经收回。从现在起，这家银行再也查不到。").is_visible()
    consent.refresh_from_db()
    assert consent.state == "revoked"
    context.close()
