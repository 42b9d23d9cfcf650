"""Fifty entries with photos from a phone whose network comes and goes: each is on the chain, once, as it was signed."""

import io
from hashlib import sha256

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import Membership
from tests.browser.test_fieldwork import phone, season, visit  # noqa: F401 - fixtures
from traceability.ledger.leaf import Leaf, verify_actor_signature
from traceability.models import ActorKey, PhonePhoto, Season
from traceability.queries import history
from traceability.services.attachments import load
from traceability.services.phone_photos import check_clean

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ENTRIES = 50
ALL_AGAIN = """async () => {
  const queue = await import("/static/traceability/fieldwork/queue.js");
  for (const row of await queue.entries()) await queue.retry(row.id);
}"""
STATES = """async () => {
  const queue = await import("/static/traceability/fieldwork/queue.js");
  return (await queue.entries()).map((row) => row.state);
}"""


def camera(number: int) -> bytes:
    """A photo as a camera writes it: with the place where it was taken, and each another."""
    picture = Image.new("RGB", (320, 240), (number * 5, 120, 60))
    exif = Image.Exif()
    exif[0x010E] = "East field"
    exif.get_ifd(0x8825)[2] = (41.0, 9.0, 7.2)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def record(page: Page, number: int) -> None:
    page.locator("[href='#growth.irrigated']").click()
    page.locator("[name=amount]").fill(str(number + 1))
    page.locator("[name=photo]").set_input_files(
        {"name": "field.jpg", "mimeType": "image/jpeg", "buffer": camera(number)}
    )
    page.locator(".save .button").click()
    expect(page.locator("[data-badge]")).to_have_text(f"待上传 {number + 1}")


def signed(leaf: Leaf, member: Membership) -> None:
    assert leaf.sig
    key = ActorKey.objects.get(key_id=leaf.sig.key)
    assert key.owner == member.user
    verify_actor_signature(leaf, bytes(key.public))


def flap(phone: BrowserContext) -> None:  # noqa: F811
    """Bring the network back, and cut it while a request is on its way: nobody knows what became of it."""
    for path in ("snapshot", "entries", "entries", "photos/"):
        with phone.expect_event("request", lambda request, path=path: f"/fieldwork/{path}" in request.url):
            phone.set_offline(False)
        phone.set_offline(True)


def test_fifty_entries_with_photos_arrive_once_each(
    phone: BrowserContext,  # noqa: F811
    live_server: LiveServer,
    season: Season,  # noqa: F811
    farmer: Membership,
) -> None:
    visit(phone, live_server).close()
    phone.set_offline(True)
    for start in (0, ENTRIES // 2):
        page = phone.new_page()
        page.goto(f"{live_server.url}/fields/")
        for number in range(start, start + ENTRIES // 2):
            record(page, number)
        page.close()

    page, second = phone.new_page(), phone.new_page()
    for tab in (page, second):
        tab.goto(f"{live_server.url}/fields/")
    flap(phone)
    phone.set_offline(False)
    expect(page.locator("[data-badge]")).to_have_text("都已上传", timeout=30_000)
    page.evaluate(ALL_AGAIN)
    expect(page.locator("[data-badge]")).to_have_text("都已上传", timeout=30_000)

    assert page.evaluate(STATES) == ["sent"] * ENTRIES
    leaves = [event.leaf for event in history.of(season.entity) if event.leaf.sig]
    assert sorted(int(leaf.body["water_m3"]) for leaf in leaves) == list(range(1, ENTRIES + 1))
    assert len({leaf.id for leaf in leaves}) == ENTRIES
    for leaf in leaves:
        signed(leaf, farmer)
        (photo,) = leaf.attachments
        data = load(photo.sha256)
        assert sha256(data).hexdigest() == photo.sha256
        check_clean(data)
    assert PhonePhoto.objects.filter(arrived_at=None).count() == 0
