"""Inspection in a real browser: a key that never leaves it, and pages that axe finds nothing wrong with."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser import axe
from tests.factories import farm, fruit
from tests.factories import laboratory as lab
from tests.factories.pages import client_of
from traceability.ledger.leaf import parse_leaf, verify_actor_signature
from traceability.models import ActorKey, Certificate, Lot, Sample
from traceability.queries import history

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [("zh-CN", "light", 360), ("en-US", "dark", 1280)]


@dataclass(frozen=True)
class World:
    failed: Lot
    fruit: Lot
    certificate: Certificate
    waiting: Sample


@pytest.fixture
def world(log_keys: None, farmer: Membership, processor: Membership, laboratory: Membership) -> World:
    failed = farm.make_lot(farmer, code="PJ-0928")
    sample = farm.make_sample(failed, by=farmer, laboratory=laboratory)
    farm.give(failed, by=farmer, to=processor)
    farm.make_milled(processor, failed, kg="450", use="600")
    farm.report(sample, by=laboratory, cadmium="0.31")
    lot = fruit.make_fruit(farmer, code="DG-0610")
    waiting = farm.make_sample(lot, by=farmer, laboratory=laboratory, number="S-2")
    return World(failed, lot, fruit.issue(lot, by=farmer), waiting)


def page_of(context: BrowserContext, live_server: LiveServer, member: Membership) -> Page:
    session = client_of(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    yield context
    context.close()


@pytest.fixture(params=LOOKS, ids=["zh-light-360", "en-dark-1280"])
def look(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language, scheme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language, color_scheme=scheme)
    yield context
    context.close()


def type_report(page: Page, live_server: LiveServer, sample: Sample) -> None:
    page.goto(f"{live_server.url}/samples/{sample.pk}/report/")
    page.locator("[name=results-0-analyte]").fill("lead")
    page.locator("[name=results-0-number]").fill("0.01")
    page.locator("[name=signatory]").fill("钱七")
    page.locator("[name=file]").set_input_files({"name": "r.pdf", "mimeType": "application/pdf", "buffer": lab.PDF})
    with page.expect_navigation():
        page.locator("main form button").click()


def test_a_laboratory_makes_a_key_and_signs_its_report(
    context: BrowserContext, live_server: LiveServer, world: World, laboratory: Membership
) -> None:
    page = page_of(context, live_server, laboratory)
    page.goto(f"{live_server.url}/inspection/keys/")
    page.locator("[name=label]").fill("检测室电脑")
    with page.expect_navigation():
        page.get_by_role("button", name="Make a key in this browser").click()
    expect(page.locator("[data-here]")).to_be_visible()
    expect(page.locator("[data-add-key]")).to_be_hidden()

    type_report(page, live_server, world.waiting)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign and send").click()

    expect(page.get_by_text("signed with the laboratory's own key")).to_be_visible()
    event = history.of(world.fruit.entity)[-1]
    verify_actor_signature(parse_leaf(event.data), bytes(ActorKey.objects.get().public))
    assert (event.leaf.actor.attested, event.leaf.attachments[0].media) == ("device", "application/pdf")


def test_the_secret_half_cannot_be_read(
    context: BrowserContext, live_server: LiveServer, world: World, laboratory: Membership
) -> None:
    page = page_of(context, live_server, laboratory)
    page.goto(f"{live_server.url}/inspection/keys/")

    refused = page.evaluate(
        """async url => {
          const {makeKey, findKey} = await import(url);
          await makeKey("somebody");
          const key = await findKey("somebody");
          return Promise.all(["pkcs8", "jwk"].map(
            form => crypto.subtle.exportKey(form, key.secret).then(() => "read", error => error.name)));
        }""",
        f"{live_server.url}/static/traceability/signing/keys.js",
    )

    assert refused == ["InvalidAccessError", "InvalidAccessError"]


def test_without_a_key_the_report_goes_by_log_in_and_says_so(
    context: BrowserContext, live_server: LiveServer, world: World, laboratory: Membership
) -> None:
    page = page_of(context, live_server, laboratory)

    type_report(page, live_server, world.waiting)

    expect(page.get_by_role("button", name="Sign and send")).to_be_hidden()
    with page.expect_navigation():
        page.get_by_role("button", name="Send without signature").click()
    expect(page.get_by_text("typed in by log-in")).to_be_visible()


def test_content_in_another_name_is_not_signed(
    context: BrowserContext, live_server: LiveServer, world: World, laboratory: Membership
) -> None:
    page = page_of(context, live_server, laboratory)
    page.goto(f"{live_server.url}/inspection/keys/")

    answers = page.evaluate(
        """async url => {
          const {contentBytes} = await import(url);
          const mine = {actor: "a", party: "p", log: "l"};
          const seen = text => { try { return contentBytes(text, mine).length } catch (error) { return error.code } };
          const text = more => 'suyuan/event/v1\\n' + JSON.stringify(
            {actor: {id: "a", party: "p"}, ...more, log: "l"}, null, more.space);
          const tried = [text({}), text({}).replace('"a"', '"b"'), text({}).slice(1), text({}) + " ", text({eseq: 0})];
          return tried.map(seen);
        }""",
        f"{live_server.url}/static/traceability/signing/content.js",
    )

    assert answers == [len('suyuan/event/v1\n{"actor":{"id":"a","party":"p"},"log":"l"}'), *["form"] * 4]


def faults_of(page: Page, live_server: LiveServer, *urls: str) -> dict[str, list[str]]:
    """Give what axe finds, by address, and pages that are wider than the screen."""
    wrong: dict[str, list[str]] = {}
    for url in urls:
        answer = page.goto(f"{live_server.url}{url}")
        assert (url, answer and answer.status) == (url, 200)
        if faults := axe.violations(page):
            wrong[url] = faults
        # A certificate has the size of its paper, whatever the screen's.
        if "paper" not in url and page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wrong.setdefault(url, []).append("wider than the screen")
    return wrong


def test_pages_of_the_custodian(
    look: BrowserContext, live_server: LiveServer, world: World, farmer: Membership
) -> None:
    lot, certificate = f"/inspection/lots/{world.fruit.pk}/", f"/inspection/certificates/{world.certificate.pk}/"
    urls = ("/inspection/", lot, f"{lot}hold/", f"{lot}certificate/new/", certificate, f"{certificate}void/")
    paper = f"{certificate}paper/"

    assert faults_of(page_of(look, live_server, farmer), live_server, *urls, paper, f"{paper}?size=a4") == {}


def test_pages_of_the_laboratory(
    look: BrowserContext, live_server: LiveServer, world: World, farmer: Membership, laboratory: Membership
) -> None:
    report = f"/samples/{world.waiting.pk}/report/"
    farm.ship(world.fruit, by=farmer, to=laboratory)
    collect = f"/inspection/certificates/{world.certificate.pk}/collect/"
    urls = ("/inspection/", "/inspection/keys/", report, collect)

    assert faults_of(page_of(look, live_server, laboratory), live_server, *urls) == {}


def test_pages_of_the_regulator(
    look: BrowserContext, live_server: LiveServer, world: World, regulator: Membership
) -> None:
    failed, release = (
        f"/inspection/lots/{world.failed.pk}/",
        f"/inspection/holds/{world.failed.holds.get().pk}/release/",
    )
    urls = ("/inspection/", failed, release, "/inspection/certificates/?number=x")

    assert faults_of(page_of(look, live_server, regulator), live_server, *urls) == {}


def test_the_review_of_a_report_has_no_fault(
    look: BrowserContext, live_server: LiveServer, world: World, laboratory: Membership
) -> None:
    page = page_of(look, live_server, laboratory)

    type_report(page, live_server, world.waiting)

    assert axe.violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
