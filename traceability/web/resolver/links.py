"""Links about a thing, by their types in GS1's Web Vocabulary, and the linkset that lists them (RFC 9264)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from traceability.models import Lot
from traceability.web.resolver.requested import Item
from traceability.web.trace.addresses import address_of
from traceability.web.trace.text import product

VOCABULARY = "https://gs1.org/voc/"
# The same words under the names by which callers know the vocabulary.
_NAMESPACES = (VOCABULARY, "https://www.gs1.org/voc/", "https://ref.gs1.org/voc/", "http://gs1.org/voc/", "gs1:")
DEFAULT = "defaultLink"
_LANGUAGES = (("zh", "zh-hans"), ("en", "en"))
HTML = "text/html"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Link:
    """A link of one type: its path here, what it is, in which language."""

    kind: str
    path: str
    title: str
    media_type: str = HTML
    language: str = ""


def link_type(text: str) -> str:
    """Give the word for a link type that a caller names in any of the usual ways; "" for a foreign one."""
    return next((text.removeprefix(space) for space in _NAMESPACES if text.startswith(space)), "")


def levels_of(item: Item, path: str) -> list[tuple[str, list[Link]]]:
    """List the links about an item and, beneath, about what it is one of: by the path of each, the finest first."""
    found = [(path, list(_links_of_lot(item.lot, path)))] if item.lot else []
    product_path = f"/01/{item.gtin}"
    if item.gtin:
        found.append((product_path, list(_page(product_path, _("Product"), ("pip",)))))
    return found


def chosen(links: Iterable[Link], kind: str, *, language: str, media_type: str) -> Link | None:
    """Choose the link of a type that fits language and form best; None where there is none of that type."""
    fitting = [one for one in links if one.kind == kind]
    return max(
        fitting,
        key=lambda one: (one.media_type == media_type, language.startswith(one.language) if one.language else True),
        default=None,
    )


def linkset(levels: Sequence[tuple[str, list[Link]]], *, origin: str) -> dict[str, Any]:
    """Write links as a linkset: an entry for each level, with a member for each type (RFC 9264, 4.2)."""
    return {"linkset": [_entry(path, links, origin) for path, links in levels]}


def _entry(path: str, links: Sequence[Link], origin: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"anchor": origin + path}
    if links:
        entry[VOCABULARY + DEFAULT] = [{"href": origin + links[0].path, "title": links[0].title}]
    for one in links:
        target: dict[str, Any] = {"href": origin + one.path, "title": one.title, "type": one.media_type}
        if one.language:
            target["hreflang"] = [one.language]
        entry.setdefault(VOCABULARY + one.kind, []).append(target)
    return entry


def _links_of_lot(lot: Lot, path: str) -> Iterator[Link]:
    page = path if path.startswith("/01/") else address_of(lot)
    kinds = ["pip", "traceability", "recallStatus"]
    if lot.samples.exclude(reported_on=None).exists():
        kinds.append("certificationInfo")
    yield from _page(page, f"{product(lot)} {lot.code}".strip(), kinds)
    bundle = reverse("trace:bundle", args=[lot.pk])
    yield Link("traceability", bundle, _("Records and their proofs"), media_type=JSON)


def _page(path: str, title: str, kinds: Iterable[str]) -> Iterator[Link]:
    for kind in kinds:
        for short, language in _LANGUAGES:
            with override(language):
                yield Link(kind, f"{path}?lang={language}", title, language=short)
