"""One picture: whose page it shows, how one gets there, and how much of it is kept."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

PHONE, TABLET, DESK = 360, 960, 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page at the end of a way: an address, links that are followed one after the other, and what is done there.

    `name` is below docs/. Sizes are in pixels of the page; `begins` selects what stands at the picture's top.
    `sharp` is for those that a page shows smaller than they are.
    """

    name: str
    start: str
    phone: str = ""
    links: tuple[str, ...] = ()
    before: Callable[[Page], None] | None = None
    do: Callable[[Page], None] | None = None
    begins: str = ""
    width: int = PHONE
    most: int = 1100
    sharp: int = 1
    language: str = "zh-CN"
