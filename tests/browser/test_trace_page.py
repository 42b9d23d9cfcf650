"""The consumer's page in a real browser: what it shows before any script, and what the browser finds out by itself."""

import base64
import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, ViewportSize, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import axe
from tests.browser.worlds import VKEY
from tests.factories import farm, stories
from tests.factories.log import publish
from tests.factories.stories import Story
from tests.traceability.services.test_growth import jpeg
from traceability.services.feedback import Message, give_feedback
from traceability.services.growth import Operation, log_growth
from traceability.web.trace.addresses import address_of

pytestmark = [pytest.mark.browser]

Bundle = dict[str, Any]
RECORDS = 17
PHONE: ViewportSize = {"width": 360, "height": 780}
DESK: ViewportSize = {"width": 1280, "height": 800}
LOOKS = (("zh-hans", "light", PHONE), ("en", "dark", DESK))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert faults == []


@pytest.fixture
def address(live_server: LiveServer, story: Story) -> str:
    return f"{live_server.url}{address_of(story.bag)}"


def serve_changed(page: Page, change: Callable[[Bundle], None], *, canonical: bool = True) -> None:
    """Let the page fetch the real bundle, and change it on the way."""

    def answer(route: Route) -> None:
        response = route.fetch()
        bundle = json.loads(response.body())
        change(bundle)
        separators = (",", ":") if canonical else None
        body = json.dumps(bundle, ensure_ascii=not canonical, sort_keys=canonical, separators=separators)
        route.fulfill(response=response, body=body)

    page.route("**/bundle", answer)


def rewrite(bundle: Bundle, kind: str, old: bytes, new: bytes) -> None:
    """Change the first record of a type."""
    for position, record in enumerate(bundle["records"]):
        data = base64.b64decode(record)
        if f'"type":"{kind}"'.encode() in data:
            assert old in data
            bundle["records"][position] = base64.b64encode(data.replace(old, new)).decode()
            return
    raise AssertionError(kind)


def result(page: Page) -> str:
    return page.locator("[data-result]").get_attribute("data-result") or ""


def states(page: Page) -> list[str]:
    return [one.get_attribute("data-state") or "" for one in page.locator("[data-place]").all()]


def step(page: Page, title: str) -> Any:
    return page.locator(".steps > li", has=page.locator("h3", has_text=title))


def test_the_page_is_readable_without_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()

    page.goto(address)

    assert page.locator("h1").inner_text() == "盐丰47 粳米 5 kg"
    assert page.locator("[data-line]").inner_text() == f"{RECORDS} 条记录，写在改了必被发现的账本里"
    assert "这句话还在，就是还没有核对" in page.locator("[data-explain]").inner_text()
    assert "0.06" in page.locator(".tests").inner_text()
    assert step(page, "打药 三环唑 20 g/亩").count() == 1
    assert page.get_by_role("link", name="下载证明").is_visible()
    context.close()


def test_every_record_turns_green_by_the_readers_own_reckoning(page: Page, address: str) -> None:
    page.goto(address)

    expect(page.locator("[data-line]")).to_have_text(f"{RECORDS} 条记录全部核对无误")
    assert result(page) == "good"
    assert states(page) == ["proven"] * RECORDS
    assert "不靠我们保证" in page.locator("[data-explain]").inner_text()


def test_the_whole_page_speaks_english_too(page: Page, address: str) -> None:
    page.goto(f"{address}?lang=en")

    expect(page.locator("[data-line]")).to_have_text(f"All {RECORDS} records check out")
    assert step(page, "Spraying: 三环唑 20 g a mu").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_record_changed_on_the_way_turns_red_and_says_why(page: Page, address: str) -> None:
    serve_changed(page, lambda bundle: rewrite(bundle, "growth.sprayed", b'"phi_days":21', b'"phi_days":14'))

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    sprayed = step(page, "打药")
    assert sprayed.locator("[data-state]").get_attribute("data-state") == "broken"
    assert "bad" in (sprayed.get_attribute("class") or "")
    sprayed.get_by_role("button").click()
    assert "被改动：这不是账本里的原文" in sprayed.locator(".why").inner_text()
    assert "its bytes hash to" in sprayed.locator(".why").inner_text()


def test_records_behind_a_changed_one_are_unproven_and_all_others_stay_green(page: Page, address: str) -> None:
    serve_changed(page, lambda bundle: rewrite(bundle, "growth.sprayed", b'"phi_days":21', b'"phi_days":14'))

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    assert states(page).count("broken") == 1
    # The season's five events before it; those after it, and all other chains, are proven.
    assert states(page).count("unproven") == 5
    assert states(page).count("proven") == RECORDS - 6
    assert step(page, "插秧").locator("[data-state]").get_attribute("data-state") == "unproven"
    expect(page.locator("[data-line]")).to_have_text(f"{RECORDS} 条记录中有 1 条核对不上")
    assert "另有 5 条因此无法证明" in page.locator("[data-broken]").inner_text()
    page.locator("[data-broken] a").click()
    assert "打药" in page.locator("li:target").inner_text()


def test_a_bundle_spelt_in_another_way_still_blames_the_right_record(page: Page, address: str) -> None:
    serve_changed(page, lambda bundle: rewrite(bundle, "test.reported", b'"0.06"', b'"0.01"'), canonical=False)

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    assert step(page, "检测").locator("[data-state]").get_attribute("data-state") == "broken"


def test_a_missing_record_is_missed_in_its_place(page: Page, address: str) -> None:
    def drop(bundle: Bundle) -> None:
        bundle["records"] = [one for one in bundle["records"] if b"growth.irrigated" not in base64.b64decode(one)]

    serve_changed(page, drop)

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    watered = step(page, "灌溉")
    assert watered.locator("[data-state]").get_attribute("data-state") == "broken"
    watered.get_by_role("button").click()
    assert "缺失" in watered.locator(".why").inner_text()


def test_a_step_that_the_proof_does_not_know_is_red(page: Page, address: str) -> None:
    page.route(
        address,
        lambda route: route.fulfill(
            body=route.fetch().text().replace("#3", "#333"), content_type="text/html; charset=utf-8"
        ),
    )

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    assert "页面上有这条记录，证明里没有" in page.locator("[data-broken]").inner_text()


def test_nothing_is_proven_by_a_changed_checkpoint(page: Page, address: str) -> None:
    def change(bundle: Bundle) -> None:
        bundle["checkpoint"] = bundle["checkpoint"].replace(f"\n{RECORDS}\n", f"\n{RECORDS + 1}\n")

    serve_changed(page, change)

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    assert set(states(page)) == {"unproven"}
    assert "签名无效" in page.locator("[data-broken]").inner_text()


def test_a_log_that_the_page_does_not_name_is_refused(page: Page, address: str) -> None:
    def swap(route: Route) -> None:
        response = route.fetch()
        body = response.text()
        start = body.index('data-vkey="') + len('data-vkey="')
        route.fulfill(response=response, body=body[:start] + VKEY + body[body.index('"', start) :])

    page.route(address, swap)

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    assert set(states(page)) == {"unproven"}


def test_two_heads_of_one_chain_are_refused_and_not_taken_for_an_old_browser(page: Page, address: str) -> None:
    def add(bundle: Bundle) -> None:
        longest = max(bundle["heads"], key=lambda head: head["eseq"])
        bundle["heads"].insert(bundle["heads"].index(longest) + 1, longest | {"eseq": 0})

    serve_changed(page, add)

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    expect(page.locator("[data-line]")).to_have_text("证明核对不上")


def test_a_true_proof_of_another_lot_is_refused(page: Page, address: str, story: Story) -> None:
    packed = stories.pack_rice(story.bag, by=story.mill)
    publish()
    # It holds all that the page shows, and more.
    page.route(
        "**/bundle", lambda route: route.continue_(url=route.request.url.replace(str(story.bag.pk), str(packed.pk)))
    )

    page.goto(address)

    expect(page.locator("[data-result=bad]")).to_be_visible()
    assert "这份证明说的是另一个批次" in page.locator("[data-broken]").inner_text()


def test_published_records_without_a_proof_are_unchecked(page: Page, address: str) -> None:
    page.route("**/bundle", lambda route: route.fulfill(status=404))

    page.goto(address)

    expect(page.locator("[data-line]")).to_have_text("没有核对：证明取不到")
    assert result(page) == "unchecked"


def test_without_the_network_the_page_says_that_it_checked_nothing(page: Page, address: str) -> None:
    page.route("**/bundle", lambda route: route.abort())

    page.goto(address)

    expect(page.locator("[data-line]")).to_have_text("没有核对：证明取不到")
    assert result(page) == "unchecked"
    assert states(page) == [""] * RECORDS


def test_when_the_network_is_back_one_tap_checks_again(page: Page, address: str) -> None:
    page.route("**/bundle", lambda route: route.abort())
    page.goto(address)
    expect(page.locator("[data-result=unchecked]")).to_be_visible()
    page.unroute("**/bundle")

    page.get_by_role("button", name="重新核对").click()

    expect(page.locator("[data-result=good]")).to_be_visible()


def test_an_answer_that_is_no_bundle_is_refused(page: Page, address: str) -> None:
    page.route("**/bundle", lambda route: route.fulfill(body="<html>", content_type="text/html"))

    page.goto(address)

    expect(page.locator("[data-line]")).to_have_text("证明核对不上")


def test_an_engine_that_cannot_read_the_modules_says_so(page: Page, address: str) -> None:
    page.route("**/ledger/verify.js", lambda route: route.fulfill(body="let 1;", content_type="text/javascript"))

    page.goto(address)

    expect(page.locator("[data-line]")).to_have_text("没有核对：这个浏览器做不到")


@pytest.mark.parametrize(
    "lacking",
    [
        "Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})",
        "SubtleCrypto.prototype.importKey = async () => { throw new DOMException('', 'NotSupportedError') }",
    ],
    ids=["no cryptography at all, as without TLS", "no Ed25519"],
)
def test_an_engine_that_lacks_cryptography_checks_by_script(page: Page, address: str, lacking: str) -> None:
    page.add_init_script(lacking)

    page.goto(address)

    expect(page.locator("[data-line]")).to_have_text(f"{RECORDS} 条记录全部核对无误")


def test_tapping_a_mark_shows_the_record_as_the_log_holds_it(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-result=good]")).to_be_visible()
    sprayed = step(page, "打药")

    sprayed.get_by_role("button").click()

    assert '"registration_no": "PD20060044"' in sprayed.locator("pre").inner_text()
    sprayed.get_by_role("button").click()
    assert sprayed.locator("pre").count() == 0


def test_a_record_that_waits_is_shown_as_not_yet_published(page: Page, address: str, story: Story) -> None:
    farm.log(story.season, "tended", by=story.farmer, days=100, operation="weeding")

    page.goto(address)

    expect(page.locator("[data-result=good]")).to_be_visible()
    assert "尚未公布" in step(page, "除草").inner_text()
    assert "其中 1 条等待" in page.locator(".answer").inner_text()
    assert "除草" in page.locator("[data-broken]").inner_text()
    assert "还没有核对：等待写入下一个签名检查点" in page.locator("[data-broken]").inner_text()


def test_a_lot_of_which_nothing_is_published_says_so(
    page: Page, live_server: LiveServer, transactional_db: None, log_keys: None
) -> None:
    told = stories.rice()

    page.goto(f"{live_server.url}{address_of(told.bag)}")

    assert page.locator("[data-line]").inner_text() == "目前还没有可证明的内容"
    assert step(page, "插秧").count() == 1


def test_the_page_without_script_asks_for_three_files_only(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.resource_type))

    page.goto(address)

    assert sorted(set(asked)) == ["document", "stylesheet"]
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_reaches_beyond_the_screen(page: Page, address: str, viewport: ViewportSize, language: str) -> None:
    page.set_viewport_size(viewport)

    page.goto(f"{address}?lang={language}")

    expect(page.locator("[data-result=good]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_what_can_be_tapped_is_large_enough(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-result=good]")).to_be_visible()

    boxes = [one.bounding_box() for one in page.locator(":is(header a, [data-place] button, .button):visible").all()]

    # WCAG 2.2, 2.5.8.
    assert all(box and box["width"] >= 24 and box["height"] >= 24 for box in boxes)


def test_every_control_has_a_name_and_headings_go_down_one_by_one(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-result=good]")).to_be_visible()

    nameless = page.evaluate(
        "[...document.querySelectorAll('a, button, progress')]"
        ".filter(e => !(e.textContent.trim() || e.getAttribute('aria-label'))).length"
    )
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(e => Number(e.tagName[1]))")

    assert nameless == 0
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(chromium: Browser, address: str, scheme: Any) -> None:
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-result=good]")).to_be_visible()

    lowest = page.evaluate(CONTRAST)

    # WCAG 2.2, 1.4.3.
    assert lowest["ratio"] >= 4.5, lowest
    context.close()


# The least contrast of any text on the page against the nearest painted ground behind it.
CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  let lowest = {ratio: 99};
  for (const e of document.querySelectorAll("body *")) {
    const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!text || !e.offsetParent) continue;
    const [one, two] = [light(numbers(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < lowest.ratio) lowest = {ratio, text: e.textContent.trim().slice(0, 40)};
  }
  return lowest;
}"""


def test_a_second_story_is_checked_beside_the_first(page: Page, live_server: LiveServer, story: Story) -> None:
    packed = stories.pack_rice(story.bag, by=story.mill)
    publish()

    page.goto(f"{live_server.url}{address_of(packed)}")

    expect(page.locator("[data-line]")).to_have_text(f"{RECORDS + 3} 条记录全部核对无误")
    assert page.get_by_role("link", name="盐丰47 粳米 5 kg PJ261005A01").is_visible()


@pytest.mark.parametrize("look", LOOKS, ids=["zh-light-360", "en-dark-1280"])
def test_axe_finds_nothing_on_the_page_the_form_and_the_answer(
    chromium: Browser, live_server: LiveServer, story: Story, look: Any
) -> None:
    language, scheme, viewport = look
    photo = Operation(name="photographed", photos=[jpeg()])
    made = farm.entry(farm.AUTUMN)
    log_growth(season=story.season, entry=made, operation=photo, membership=story.farmer, at=farm.NOW)
    farm.hold(story.bag, by=story.mill)
    publish()
    message = Message(id=uuid4(), kind="QUALITY", words="石子", contact="a@example.org", secret="s" * 43)
    give_feedback(lot=story.bag, message=message, at=farm.NOW)
    context = chromium.new_context(viewport=viewport, locale=language, color_scheme=scheme)
    page = context.new_page()

    page.goto(f"{live_server.url}{address_of(story.bag)}?lang={language}")
    expect(page.locator("[data-result=good]")).to_be_visible()
    page.locator("[data-place] button").first.click()
    found = axe.violations(page)
    for path in (f"/trace/{story.bag.pk}/feedback", f"/trace/feedback/{message.secret}"):
        page.goto(f"{live_server.url}{path}?lang={language}")
        found += axe.violations(page)

    assert found == []
    context.close()


def test_a_held_lot_says_so_above_all_without_script(chromium: Browser, address: str, story: Story) -> None:
    farm.hold(story.bag, by=story.mill)
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()

    page.goto(address)

    banner = page.locator(".banner")
    assert "这批产品已暂停流通" in banner.inner_text()
    box = banner.bounding_box()
    assert box
    assert box["y"] == 0
    context.close()


def test_no_line_begins_or_ends_with_a_dot(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-result=good]")).to_be_visible()

    seen = page.evaluate(DOTS)

    assert seen == []


# Parts at the left edge of their line whose dot is not cut off.
DOTS = """() => [...document.querySelectorAll(".parts")].flatMap((line) => {
  const edge = line.getBoundingClientRect().left;
  const shown = edge + parseFloat(getComputedStyle(line).clipPath.match(/([\\d.]+)px\\)$/)[1]);
  return [...line.children].map((part) => part.getBoundingClientRect().left)
    .filter((left) => left < shown && Math.abs(left - edge) > 1);
})"""


def test_passing_the_page_on_copies_its_address_where_nothing_else_can_be_done(page: Page, address: str) -> None:
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'share', {value: undefined})")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address)

    page.get_by_role("button", name="分享").click()

    expect(page.get_by_role("button", name="网址已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address


def test_passing_the_page_on_uses_the_phones_own_means(page: Page, address: str) -> None:
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'share', {value: async (said) => { window.said = said }})"
    )
    page.goto(address)

    page.get_by_role("button", name="分享").click()

    assert page.evaluate("window.said")["title"] == "盐丰47 粳米 5 kg"
    assert page.evaluate("window.said")["url"] == address


def test_an_engine_that_can_do_neither_shows_the_address(page: Page, address: str) -> None:
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'share', {value: undefined});"
        "Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined})"
    )
    page.goto(address)

    page.get_by_role("button", name="分享").click()

    assert page.get_by_role("textbox", name="分享").input_value() == address
