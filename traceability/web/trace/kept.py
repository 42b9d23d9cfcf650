"""Trace pages that were made a moment ago, given again as long as nothing that they rest on has changed.

What a page rests on is asked for each time, by one statement: the last record of every entity in the story, the recall
that it warns of, who cosigned the newest checkpoint, and, where a record waits to be published, how large that is. A
new record or a recall shows at once. What no record tells, such as the name of a firm, shows within PAGE_SECONDS.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from accounts.soft_cache import soft_cache
from traceability.models import Lot
from traceability.queries import page_ground, witnesses
from traceability.queries.trace import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a page rests on: last records by entity, the recall, witnesses, and the log's size where it matters."""

    lot: UUID
    heads: Mapping[str, bytes]
    recall: tuple[Any, ...] | None
    witnesses: tuple[str, ...]
    size: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page, what it rests on, and until when it may be given again (seconds since 1970)."""

    content: bytes
    ground: Ground
    until: float


class PageResponse(HttpResponse):
    """The answer with a page that may be given again; whoever keeps it asks `holds` each time."""

    def __init__(self, page: Page) -> None:
        super().__init__(page.content)
        self.page = page


def key_of(request: HttpRequest, lot: Lot) -> str:
    """Name the page of a lot as this reader sees it: language, and the addresses that it names as the reader came."""
    seen = f"{get_language()} {'lang' in request.GET} {request.scheme} {request.get_host()}"
    return f"kept-page:{lot.pk}:{hashlib.sha256(seen.encode()).hexdigest()[:32]}"


def find(key: str) -> Page | None:
    """Give the page that was kept under a key; None where there is none, or where it would be another one now."""
    if not settings.PAGE_SECONDS:
        return None
    page: Page | None = soft_cache.get(key, None)
    return page if page is not None and holds(page.ground) else None


def holds(ground: Ground) -> bool:
    """Tell whether a page that rests on this would be the same if it were made now. Raises DatabaseError."""
    now = page_ground.look(ground.lot, ground.heads)
    return (
        now.heads_stand
        and now.recall == ground.recall
        and ground.size in {None, now.size}
        and tuple(witnesses.names_in(now.note)) == ground.witnesses
    )


def ground_of(story: Story) -> Ground | None:
    """Say what a page of a story will rest on; None where pages are not kept.

    Requires that the page was not made yet: a record or a recall that comes meanwhile then makes it old, and not wrong.
    """
    if not settings.PAGE_SECONDS:
        return None
    heads = {event.leaf.entity: event.leaf_hash for event in story.events}
    newest = story.checkpoint
    size = newest.size if newest else 0
    return Ground(
        lot=story.lot.pk,
        heads=heads,
        recall=page_ground.look(story.lot.pk, heads).recall,
        witnesses=tuple(witnesses.names_under(newest)),
        size=size if len(story.published) < len(story.events) else None,
    )


def keep(key: str, content: bytes, ground: Ground) -> Page:
    """Keep a page, and give it as it was kept."""
    page = Page(content, ground, time.time() + settings.PAGE_SECONDS)
    soft_cache.set(key, page, settings.PAGE_SECONDS)
    return page
