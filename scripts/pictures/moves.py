"""What is done on a page before its picture is taken. Of all of it the server keeps a draft at most.

The farmer's app is cut off from the network first: what is recorded there stays on a phone that is then forgotten.
"""

import base64
import json

from playwright.sync_api import Page, Route

_CHANGED = (b'"phi_days":', b'"phi_days":1')


def checked(page: Page) -> None:
    """Wait until the page's own check has ended."""
    page.locator("[data-result]").wait_for()


def found_genuine(page: Page) -> None:
    """Wait until the reader's browser has found a certificate genuine."""
    page.locator("[data-outcome=ok]").wait_for()


def change_on_the_way(page: Page) -> None:
    """Change one spraying in the proof, as somebody between the log and the reader might."""

    def answer(route: Route) -> None:
        response = route.fetch()
        bundle = json.loads(response.body())
        read = [base64.b64decode(one) for one in bundle["records"]]
        at = next(number for number, one in enumerate(read) if b'"type":"growth.sprayed"' in one)
        bundle["records"][at] = base64.b64encode(read[at].replace(*_CHANGED)).decode()
        body = json.dumps(bundle, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        route.fulfill(response=response, body=body)

    page.route("**/bundle", answer)


def fields(page: Page) -> None:
    """Wait until the phone has everything, then take its network away."""
    page.locator("label.plot").first.wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)


def watering(page: Page) -> None:
    """Open the form for watering, filled as last time."""
    fields(page)
    page.locator("[href='#growth.irrigated']").click()


def spraying(page: Page) -> None:
    """Fill in a spraying, so that the form says from which day on harvest is allowed."""
    fields(page)
    page.locator("[href='#growth.sprayed']").click()
    for name, value in (("product", "三环唑"), ("amount", "20"), ("target", "稻瘟病"), ("phi_days", "21")):
        page.locator(f"[name={name}]").fill(value)
    page.locator("[name=unit]").select_option("g/mu")


def harvesting_too_early(page: Page) -> None:
    """Try to harvest within the interval of a spraying of the same day."""
    spraying(page)
    _save(page)
    page.locator("[href='#season.harvested']").click()
    page.locator("[name=amount]").fill("600")


def harvested(page: Page) -> None:
    """Record that harvest all the same, with its reason: the lot has its number at once."""
    harvesting_too_early(page)
    page.locator("[name=interval_reason]").fill("台风前抢收，先单独存放")
    page.locator(".save .button").click()
    page.locator("[data-ticket]").wait_for()


def waiting(page: Page) -> None:
    """Look at what waits for a network."""
    watering(page)
    _save(page)
    page.locator("[href='#growth.observed']").click()
    _save(page)
    page.locator("a[href='#queue']").first.click()


def _save(page: Page) -> None:
    page.locator(".save .button").click()
    page.locator("#home, #done").and_(page.locator(":visible")).first.wait_for()
    if page.locator("#done").is_visible():
        page.locator("#done a[href='#home']").click()


def drawing(page: Page) -> None:
    """Tap four corners of a plot into the grid, whose middle is the first of them."""
    page.locator("[name=longitude]").fill("122.0712")
    page.locator("[name=latitude]").fill("41.1512")
    sketch = page.locator("[data-sketch]")
    for x, y in ((0.5, 0.5), (0.78, 0.44), (0.82, 0.74), (0.53, 0.8)):
        box = sketch.bounding_box()
        if box:
            sketch.click(position={"x": box["width"] * x, "y": box["height"] * y})


def wish(page: Page) -> None:
    """Say what a bank may see."""
    page.locator("[name=recipient]").select_option(index=1)
    page.locator("[name=purpose]").first.check()
    page.locator("[name=categories]").first.check()
    page.locator("[name=lasts]").first.check()
    page.locator("[name=max_queries]").first.check()


def wished(page: Page) -> None:
    """Prepare a consent, and come to the page on which it is read before anything counts."""
    wish(page)
    page.locator("main form .button").first.click()
    page.wait_for_load_state()


def helping(page: Page) -> None:
    """Prepare a consent for a farm that lets one help, and stop before anything is sent."""
    page.locator("main a[href$='/new/']").first.click()
    page.wait_for_load_state()
    wished(page)


def weighing(page: Page) -> None:
    """Type what scale and meter say, without accepting it."""
    for name, value in (("gross_kg", "15850"), ("tare_kg", "5860"), ("moisture_percent", "14.6"), ("grade", "二等")):
        page.locator(f"[name={name}]").fill(value)


def roasting(page: Page) -> None:
    """Fill in the oldest lots, and what came out of them: less than there was, so that the page asks for the rest."""
    page.locator("[name=take-goods]").select_option(label="小白沙花生仁")
    page.locator("[name=take-wanted]").fill("1000")
    page.locator("form[method=get] .button").click()
    page.wait_for_load_state()
    for name, value in (("name", "roasting"), ("out-0-product_form", "kernels"), ("loss-0-reason", "spoilage")):
        page.locator(f"select[name={name}]").select_option(value)
    amounts = {"moisture_in_percent": "7.4", "moisture_out_percent": "2.5", "out-0-amount_value": "920"}
    for name, value in {**amounts, "out-0-product_name": "炭烤小白沙花生仁", "loss-0-amount_value": "14"}.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("[data-readout]").wait_for()


def reporting(page: Page) -> None:
    """Type results, and look at them once more before they are sent."""
    page.locator("main form .button").first.click()
    page.wait_for_load_state()


def as_a_stranger(page: Page) -> None:
    """Look at the same page as somebody who never logged in."""
    page.context.clear_cookies()
    page.reload()
