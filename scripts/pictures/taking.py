"""Taking pictures in a browser, as the people of the demonstration see its pages."""

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from scripts.pictures.picture import Picture

PASSWORD = "suyuan-demo-2026"  # noqa: S105 - the console of every demonstration prints it
COLOURS = 96
ABOVE = 12


class Camera:
    """A browser that logs each person in once."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self.seen: dict[str, StorageState] = {}

    def take(self, picture: Picture, docs: Path) -> int:
        """Write the picture below the folder, and give its bytes."""
        context = self._context(picture)
        page = context.new_page()
        try:
            if picture.before:
                picture.before(page)
            _walk(page, self.origin, picture)
            shot = page.screenshot(full_page=True, animations="disabled")
            top = _top(page, picture.begins)
        finally:
            context.close()
        path = docs / picture.name
        path.write_bytes(_small(shot, top=top * picture.sharp, most=picture.most * picture.sharp))
        return path.stat().st_size

    def _context(self, picture: Picture) -> BrowserContext:
        if picture.phone and picture.phone not in self.seen:
            self.seen[picture.phone] = self._log_in(picture.phone)
        return self.browser.new_context(
            # As tall as the picture, so that what sticks to the bottom of a screen stands at its bottom.
            viewport={"width": picture.width, "height": picture.most},
            locale=picture.language,
            device_scale_factor=picture.sharp,
            color_scheme="light",
            storage_state=self.seen.get(picture.phone),
        )

    def _log_in(self, phone: str) -> StorageState:
        context = self.browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(f"{self.origin}/account/login/")
        page.locator("[name=login]").fill(phone)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_selector("[data-logout]", state="attached")
        state = context.storage_state()
        context.close()
        return state


def _walk(page: Page, origin: str, picture: Picture) -> None:
    page.goto(f"{origin}{picture.start}")
    for link in picture.links:
        page.locator(link).first.click()
        page.wait_for_load_state()
    if picture.do:
        picture.do(page)
    if picture.begins:
        # Photos are fetched only where somebody comes by.
        page.locator(picture.begins).first.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")


def _top(page: Page, selector: str) -> int:
    if not selector:
        return 0
    box = page.locator(selector).first.bounding_box()
    scrolled: float = page.evaluate("window.scrollY")
    return max(0, int((box["y"] if box else 0) + scrolled) - ABOVE)


def _small(shot: bytes, *, top: int, most: int) -> bytes:
    whole = Image.open(io.BytesIO(shot)).convert("RGB")
    part = whole.crop((0, top, whole.width, min(whole.height, top + most)))
    drawn = part.quantize(COLOURS, dither=Image.Dither.NONE)
    kept = io.BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def chosen(pictures: Iterable[Picture], words: list[str]) -> list[Picture]:
    """Give the pictures whose names hold one of the words, all where there is none."""
    return [one for one in pictures if not words or any(word in one.name for word in words)]
