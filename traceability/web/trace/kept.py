"""Trace pages that were made a moment ago, given again as long as nothing that they rest on has changed.

What a page rests on is asked for each time: the last record of every entity in the story, the recall that it warns of,
and, where a record waits to be published, the newest checkpoint. A new record or a recall shows at once. What no record
tells, such as the name of a firm, shows within PAGE_SECONDS.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.soft_cache import soft_cache
from traceability.models import Lot
from traceability.queries import log
from traceability.queries.recalls import banner_of
from traceability.queries.trace import Story

# Entity and hash of its last record; what the banner says of a recall; size of the checkpoint.
_State = tuple[dict[str, bytes], tuple[object, ...] | None, int | None]


@dataclass(frozen=True, slots=True)
class _Page:
    content: bytes
    state: _State


def key_of(request: HttpRequest, lot: Lot) -> str:
    """Name the page of a lot as this reader sees it: language, and the addresses that it names as the reader came."""
    seen = f"{get_language()} {'lang' in request.GET} {request.scheme} {request.get_host()}"
    return f"trace-page:{lot.pk}:{hashlib.sha256(seen.encode()).hexdigest()[:32]}"


def find(key: str, lot: Lot) -> bytes | None:
    """Give the page that was kept under a key; None where there is none, or where it would be another one now."""
    if not settings.PAGE_SECONDS:
        return None
    page: _Page | None = soft_cache.get(key, None)
    if page is None or page.state != _state(lot, list(page.state[0]), waits=page.state[2] is not None):
        return None
    return page.content


def keep(key: str, content: bytes, story: Story) -> None:
    """Keep a page that was made of a story.

    By what the story was read with, and not by what holds now: a record that came while the page was made makes it old.
    """
    if not settings.PAGE_SECONDS:
        return
    heads = {event.leaf.entity: event.leaf_hash for event in story.events}
    waits = len(story.published) < len(story.events)
    _, recall, size = _state(story.lot, [], waits=waits)
    soft_cache.set(key, _Page(content, (heads, recall, size)), settings.PAGE_SECONDS)


def _state(lot: Lot, entities: list[str], *, waits: bool) -> _State:
    recall = banner_of(lot)
    warning = (recall.pk, recall.lot_id, recall.reason, recall.level, recall.opened_at) if recall else None
    newest = log.checkpoint() if waits else None
    return _heads(entities), warning, (newest.size if newest else 0) if waits else None


def _heads(entities: list[str]) -> dict[str, bytes]:
    if not entities:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT entity, head FROM ledger_head WHERE entity = ANY(%s)", [entities])
        rows: list[tuple[str, Any]] = cursor.fetchall()
    return {entity: bytes(head) for entity, head in rows}
