"""The farmer's app on a phone, in a real browser."""

import gzip
import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser.axe import violations
from tests.factories import farm
from tests.factories.pages import client_of
from traceability.errors import UnitError
from traceability.models import Plot, Season
from traceability.standards import units

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = (
    "home",
    "growth.irrigated",
    "growth.sprayed",
    "season.harvested",
    "growth.observed",
    "check",
    "queue",
    "leave",
)
SMALL_TEXT = """() => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility()
  && [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
  .filter(one => parseFloat(getComputedStyle(one).fontSize) < 18).map(one => one.outerHTML.slice(0, 120))"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, label:has(input)')]
  .filter(one => one.checkVisibility() && !one.matches('.skip, .hush, label input, [type=hidden]'))
  .filter(one => one.getBoundingClientRect().height < 47.5).map(one => one.outerHTML.slice(0, 120))"""
CORNERS = ((122.0712, 41.1512), (122.0733, 41.1513), (122.0732, 41.1526), (122.0711, 41.1525))
NO_ED25519 = """const made = SubtleCrypto.prototype.generateKey;
SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
  return algorithm.name === "Ed25519" ? Promise.reject(new DOMException("unknown", "NotSupportedError"))
    : made.call(this, algorithm, ...rest);
};"""
KILOGRAMS = """async typed => {
  const { kilograms } = await import("/static/traceability/fieldwork/bodies.js");
  return typed.map(([value, unit]) => kilograms(value, unit));
}"""
# What the browser holds of us once somebody has logged out.
LEFT_BEHIND = """async () => [...await caches.keys(), ...(await indexedDB.databases()).map(one => one.name),
  ...(await navigator.serviceWorker.getRegistrations()).map(one => one.scope)]"""


@pytest.fixture
def season(farmer: Membership, log_keys: None) -> Season:
    plot = farm.make_plot(farmer, name="东大方", boundary=farm.boundary_bytes())
    season = farm.make_season(farmer, plot)
    farm.log(season, "irrigated", by=farmer, water_m3="30", typed={"value": "30", "unit": "m3"})
    return season


@pytest.fixture
def second(farmer: Membership, season: Season) -> Season:
    plot = farm.make_plot(farmer, name="河套北", boundary=farm.boundary_bytes())
    return farm.make_season(farmer, plot, crop="peanut", variety="小白沙")


def a_phone(chromium: Browser, server: LiveServer, member: Membership, locale: str = "zh-CN") -> BrowserContext:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale=locale)
    session = client_of(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])
    return context


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer, farmer: Membership) -> Iterator[BrowserContext]:
    context = a_phone(chromium, live_server, farmer)
    yield context
    context.close()


def visit(phone: BrowserContext, server: LiveServer) -> Page:
    """Open the app, and wait until it works without a network."""
    page = phone.new_page()
    page.goto(f"{server.url}/fields/")
    expect(page.locator("label.plot").first).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")
    return page


def save(page: Page) -> None:
    page.locator(".save .button").click()


def badge(page: Page, text: str) -> None:
    expect(page.locator("[data-badge]")).to_have_text(text)


def open_screen(page: Page, name: str) -> None:
    page.evaluate("name => { location.hash = name; }", name)
    kind = name if name in {"home", "queue", "leave"} else "entry"
    expect(page.locator(f"#{kind}")).to_be_visible()


def test_a_routine_entry_takes_two_taps_and_no_network(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    visit(phone, live_server).close()
    phone.set_offline(True)
    page = phone.new_page()
    page.goto(f"{live_server.url}/fields/")

    page.locator("[href='#growth.irrigated']").click()
    save(page)
    badge(page, "待上传 1")
    phone.set_offline(False)

    badge(page, "都已上传")
    leaf = farm.say(season.entity)
    assert leaf.body["typed"] == {"value": "30", "unit": "m3"}
    assert (leaf.actor.attested, leaf.sig is not None) == ("device", True)


def test_the_last_entry_is_copied_by_two_presses_on_one_card(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    page = visit(phone, live_server)

    page.locator("[data-again]").click()
    expect(page.locator("[data-again]")).to_contain_text("再按一下就记好")
    page.locator("[data-again]").click()

    expect(page.locator("[data-status]")).to_contain_text("记好了：浇水 30 方 · 东大方。")
    badge(page, "都已上传")
    assert farm.say(season.entity).body["water_m3"] == "30"


def test_several_plots_are_one_save_and_a_record_each(
    phone: BrowserContext, live_server: LiveServer, season: Season, second: Season
) -> None:
    page = visit(phone, live_server)

    page.locator("[href='#growth.fertilised']").click()
    page.get_by_role("checkbox", name="河套北").check()
    page.locator("[name=product]").fill("尿素")
    page.locator("[name=amount]").fill("80.5")
    page.locator("[name=when][value='1']").check()
    save(page)

    expect(page.locator("[data-status]")).to_contain_text("尿素 80.5 斤 · 东大方、河套北")
    badge(page, "都已上传")
    for one in (season, second):
        body = farm.say(one.entity).body
        assert (body["kg"], body["typed"]) == ("40.25", {"value": "80.5", "unit": "jin"})


def test_a_harvest_inside_the_interval_asks_why_and_gives_its_code(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    page = visit(phone, live_server)
    phone.set_offline(True)
    page.locator("[href='#growth.sprayed']").click()
    for name, text in (("product", "三环唑"), ("amount", "20"), ("target", "稻瘟病"), ("phi_days", "30")):
        page.locator(f"[name={name}]").fill(text)
    expect(page.locator("[data-harvest-from]")).to_contain_text("起才能采收")
    save(page)

    page.locator("[href='#season.harvested']").click()
    page.locator("[name=amount]").fill("2000")
    expect(page.locator("[data-interval-text]")).to_contain_text("打过三环唑")
    save(page)
    expect(page.locator("[data-fault]")).to_have_text("这里要填。")
    page.locator("[name=interval_reason]").fill("台风要来了")
    save(page)

    code = page.locator("[data-code]")
    expect(code).to_have_text(re.compile(r"批号 \d{8}-[0-9A-F]{6}"))
    expect(page.locator("[data-qr]")).to_be_hidden()
    phone.set_offline(False)
    expect(page.locator("[data-qr]")).to_be_visible()
    lot = season.lots.get()
    expect(code).to_have_text(f"批号 {lot.code}")
    assert lot.kg == 1000


def test_a_refused_entry_says_why_and_holds_up_nothing(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    page = visit(phone, live_server)
    phone.set_offline(True)
    page.locator("[href='#growth.irrigated']").click()
    page.locator("[name=when][value='']").check()
    page.locator("[name=day]").fill("2020-01-01")
    save(page)
    page.locator("[href='#growth.irrigated']").click()
    save(page)
    badge(page, "待上传 2")

    phone.set_offline(False)

    badge(page, "失败 1")
    page.locator("[data-badge]").click()
    expect(page.locator(".failed-state")).to_have_text("失败")
    expect(page.locator("[data-reason]:visible")).to_contain_text("2026-04-20")
    expect(page.locator(".sent-state")).to_have_text("已上传")
    page.locator("[data-forget]:visible").click()
    badge(page, "都已上传")


def test_what_another_person_left_on_the_phone_waits_for_them(
    phone: BrowserContext, live_server: LiveServer, season: Season, farmer: Membership, stranger: Membership
) -> None:
    others = farm.make_season(stranger, farm.make_plot(stranger, name="李家地"))
    page = visit(phone, live_server)
    phone.set_offline(True)
    page.locator("[href='#growth.irrigated']").click()
    save(page)
    badge(page, "待上传 1")
    page.close()

    change_hands(phone, live_server, stranger)
    page = visit(phone, live_server)
    expect(page.locator("label.plot")).to_contain_text("李家地")
    page.locator("[href='#growth.irrigated']").click()
    page.locator("[name=amount]").fill("5")
    save(page)
    page.locator("[data-badge]").click()
    expect(page.locator(".sent-state")).to_have_count(1)
    expect(page.locator("[data-problem]")).to_contain_text("本机还有别人的 1 条待上传")
    page.close()

    change_hands(phone, live_server, farmer)
    badge(visit(phone, live_server), "都已上传")
    for member, one in ((farmer, season), (stranger, others)):
        assert farm.say(one.entity).actor.id == str(member.user.public_id)


def change_hands(phone: BrowserContext, server: LiveServer, member: Membership) -> None:
    """The session ended, and somebody else logs in without the first one's leave."""
    phone.set_offline(False)
    session = client_of(member).cookies["sessionid"].value
    phone.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])


def test_without_the_engines_ed25519_a_script_signs(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    phone.add_init_script(NO_ED25519)
    visit(phone, live_server).close()
    phone.set_offline(True)
    page = phone.new_page()
    page.goto(f"{live_server.url}/fields/")

    page.locator("[href='#growth.irrigated']").click()
    save(page)
    badge(page, "待上传 1")
    phone.set_offline(False)

    badge(page, "都已上传")
    assert farm.say(season.entity).sig


def test_logging_out_warns_and_leaves_nothing_behind(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    page = visit(phone, live_server)
    phone.set_offline(True)
    page.locator("[href='#growth.irrigated']").click()
    save(page)
    badge(page, "待上传 1")
    page.locator("[href='#leave']").click()

    expect(page.locator("[data-leave]")).to_contain_text("还有 1 条没有上传")
    page.route("**/api/fieldwork/**", lambda route: route.abort())
    phone.set_offline(False)
    page.locator("[data-leave-now]").click()

    expect(page).to_have_url(f"{live_server.url}/account/logout/")
    assert page.evaluate(LEFT_BEHIND) == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_every_screen_fits_a_phone_and_is_open_to_everybody(
    chromium: Browser, live_server: LiveServer, farmer: Membership, second: Season, locale: str
) -> None:
    phone = a_phone(chromium, live_server, farmer, locale=locale)
    page = visit(phone, live_server)

    found = {}
    for name in SCREENS:
        open_screen(page, name)
        wide = page.evaluate("document.documentElement.scrollWidth") > 360
        found[name] = [wide, *page.evaluate(SMALL_TEXT), *page.evaluate(SMALL_TARGETS), *violations(page)]
    page.goto(f"{live_server.url}/fields/stand-ins/")
    beside = violations(page)
    phone.close()

    assert found == {name: [False] for name in SCREENS}
    assert beside == []


def test_the_page_and_all_that_it_loads_weigh_less_than_40_kb(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    page = visit(phone, live_server)
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)")

    client = client_of(None)
    static = [name for name in dict.fromkeys(names) if name.startswith("/static/")]
    bodies = [page.request.get(f"{live_server.url}{name}").body() for name in static]
    whole = sum(len(gzip.compress(body)) for body in [client.get("/fields/shell/").content, *bodies])

    assert len(static) > 15
    assert whole < 40_000


def test_before_any_script_the_plain_forms_are_there(
    chromium: Browser, live_server: LiveServer, farmer: Membership, season: Season
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 780}, locale="zh-CN", java_script_enabled=False)
    session = client_of(farmer).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/fields/")

    page.get_by_role("link", name="浇水").click()
    page.locator("[name=water_m3]").fill("12")
    page.locator("main form .button").click()

    assert farm.say(season.entity).body["water_m3"] == "12"
    context.close()


def test_the_phone_reckons_kilograms_as_the_server_does(
    phone: BrowserContext, live_server: LiveServer, season: Season
) -> None:
    page = visit(phone, live_server)
    chance = random.Random(20261122)  # noqa: S311 - figures, no secrets
    typed = [
        (f"{chance.randrange(1, 10**7) / 10 ** chance.randrange(7):.6f}".rstrip("0").rstrip("."), unit)
        for unit in ("jin", "kg", "t")
        for _ in range(200)
    ]
    typed += [("0.001", "jin"), ("0.003", "jin"), ("0.0005", "kg"), ("0.0015", "kg"), ("80.5", "jin")]

    found: list[str] = page.evaluate(KILOGRAMS, typed)

    assert [Decimal(text) for text in found] == [reckoned(value, unit) for value, unit in typed]


def reckoned(value: str, unit: str) -> Decimal:
    try:
        return units.mass(value, unit).si_value
    except UnitError:
        # Less than a gram: the server takes no such entry, and the phone says zero.
        return Decimal(0)


def test_a_plot_is_drawn_by_its_corners(chromium: Browser, live_server: LiveServer, farmer: Membership) -> None:
    phone = a_phone(chromium, live_server, farmer)
    phone.grant_permissions(["geolocation"])
    page = phone.new_page()
    page.goto(f"{live_server.url}/plots/new/")
    said = page.locator("[data-said]")
    for number, (longitude, latitude) in enumerate(CORNERS, start=1):
        phone.set_geolocation({"longitude": longitude, "latitude": latitude, "accuracy": 5})
        page.locator("[data-corner]").click()
        expect(said).to_contain_text(f"{number} 个角")
    assert violations(page) == []
    expect(said).to_contain_text("38.")
    page.locator("[name=number]").fill("DW-1")
    page.locator("[name=declared_value]").fill("38.6")
    page.locator("[name=division_code]").fill(farm.VILLAGE)
    page.locator("main form .button:not([type=button])").click()

    expect(page.locator("svg.plot-shape path")).to_be_visible()
    plot = Plot.objects.get()
    assert plot.boundary
    assert plot.boundary["type"] == "Polygon"
    phone.close()
