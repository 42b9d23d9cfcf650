"""The desk in a real browser: held against axe, as wide as the window, and reckoning while somebody types."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser import axe
from tests.factories import farm
from tests.factories.pages import client_of
from traceability.models import Lot, ProcessRun, Recipe, Shipment
from traceability.services.stores import put_away

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE, DESK, DARK = ("zh-CN", "light", 360), ("zh-CN", "light", 1280), ("en-US", "dark", 1280)
NAMES = {PHONE: "zh-light-360", DESK: "zh-light-1280", DARK: "en-dark-1280"}
# Where somebody wants to look at the pages: a folder for their pictures.
PICTURES = os.environ.get("SUYUAN_PICTURES")


@dataclass(frozen=True)
class Plant:
    lot: Lot
    waiting: Shipment
    run: ProcessRun
    recipe: Recipe


@pytest.fixture
def plant(farmer: Membership, processor: Membership) -> Plant:
    lot = farm.make_lot(farmer, moisture_percent=Decimal("20.0"))
    farm.accept(farm.ship(lot, by=farmer, to=processor), by=processor, supplier_code="WJ-17")
    put_away(lot=lot, place="3号仓", entry=farm.entry(farm.AUTUMN), membership=processor, at=farm.NOW)
    farm.make_milled(processor, lot, kg="380", use="400")
    waiting = farm.ship(farm.make_lot(farmer, code="WJ-0928"), by=farmer, to=processor)
    farm.make_season(farmer)
    recipe = Recipe.objects.create(
        organisation=processor.organisation,
        name="一级米",
        step="milling",
        yield_from_percent=66,
        yield_to_percent=70,
        by_products="稻壳\n米糠",
    )
    return Plant(lot, waiting, ProcessRun.objects.get(), recipe)


@pytest.fixture(params=[PHONE, DARK], ids=NAMES.get)
def context(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    language, scheme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 780}, locale=language, color_scheme=scheme)
    yield context
    context.close()


def page_for(context: BrowserContext, live_server: LiveServer, member: Membership) -> Page:
    session = client_of(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()


def addresses(plant: Plant) -> dict[str, str]:
    lot, shipment = f"/plant/lots/{plant.lot.pk}/", f"/plant/shipments/{plant.waiting.pk}/"
    return {
        "desk": "/plant/",
        "intake": "/plant/intake/?code=WJ-0928",
        "unannounced": "/plant/intake/new/",
        "weigh": f"{shipment}weigh/",
        "refuse": f"{shipment}refuse/",
        "shipment": shipment,
        "shipments": "/plant/shipments/",
        "received": "/plant/shipments/?way=in",
        "ship": f"{lot}ship/",
        "move": f"{lot}put-away/",
        "count": f"{lot}count/",
        "stock": "/plant/stock/",
        "incoming": "/plant/incoming/",
        "runs": "/plant/runs/",
        "run_form": f"/plant/runs/new/?recipe={plant.recipe.pk}",
        "run": f"/plant/runs/{plant.run.pk}/",
        "withdraw": f"/plant/runs/{plant.run.pk}/withdraw/",
        "recipe": f"/plant/recipes/{plant.recipe.pk}/",
        "losses": "/plant/losses/",
    }


# How they look on a phone is a part of test_every_page.
@pytest.mark.parametrize("context", [DESK, DARK], indirect=True, ids=NAMES.get)
def test_every_page_of_the_desk_is_usable_by_everybody(
    context: BrowserContext, live_server: LiveServer, processor: Membership, plant: Plant
) -> None:
    page = page_for(context, live_server, processor)
    wrong: dict[str, object] = {}
    for name, url in addresses(plant).items():
        answer = page.goto(f"{live_server.url}{url}")
        assert answer is not None
        assert answer.status == 200
        width = page.evaluate("innerWidth")
        if faults := [*axe.violations(page), *too_wide(page, width)]:
            wrong[name] = faults
        if PICTURES:
            page.screenshot(
                path=Path(PICTURES) / f"{name}-{page.evaluate('navigator.language')}-{width}.png", full_page=True
            )

    assert wrong == {}


def too_wide(page: Page, width: int) -> list[str]:
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{found} px wide"] if found != width else []


def test_the_balance_is_told_while_somebody_types_and_by_the_server_alike(
    context: BrowserContext, live_server: LiveServer, processor: Membership, plant: Plant
) -> None:
    page = page_for(context, live_server, processor)
    page.goto(f"{live_server.url}/plant/runs/new/")
    page.fill(f'[name="in-{plant.lot.pk}"]', "600")
    page.fill('[name="moisture_out_percent"]', "14.5")
    page.fill('[name="out-0-amount_value"]', "550")
    readout = page.locator("[data-readout]")

    expect(readout).to_contain_text("97.97 %")
    expect(readout).to_have_class("readout bad")
    page.fill('[name="loss-0-amount_value"]', "11.4")
    expect(readout).to_have_class("readout")
    with page.expect_navigation():
        page.click('[name="reckon"]')

    expect(page.locator(".balance")).to_contain_text("561.404")


def test_net_weight_and_difference_are_told_while_somebody_types(
    context: BrowserContext, live_server: LiveServer, processor: Membership, plant: Plant
) -> None:
    page = page_for(context, live_server, processor)
    page.goto(f"{live_server.url}/plant/shipments/{plant.waiting.pk}/weigh/")
    page.fill('[name="gross_kg"]', "3190")
    page.fill('[name="tare_kg"]', "2200")

    expect(page.locator('[name="net_kg"]')).to_have_value("990")
    expect(page.locator("[data-difference]")).to_contain_text("-10")
    expect(page.locator("[data-difference]")).to_have_class("readout bad")
