"""Trace pages that were made a moment ago, given again as long as nothing that they rest on has changed.

What a page rests on is asked for each time: the last record of every entity in the story, the recall that it warns of,
who cosigned the newest checkpoint, and, where a record waits to be published, how large that is. A new record or a
recall shows at once. What no record tells, such as the name of a firm, shows within PAGE_SECONDS.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import get_language

from accounts.soft_cache import soft_cache
from traceability.models import Lot, SignedCheckpoint
from traceability.queries import log, witnesses
from traceability.queries.recalls import banner_of
from traceability.queries.trace import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What a page rests on: last records by entity, the recall, witnesses, and the log's size where it matters."""

    heads: Mapping[str, bytes]
    recall: tuple[object, ...]
    witnesses: Sequence[str]
    size: int | None


@dataclass(frozen=True, slots=True)
class _Page:
    content: bytes
    ground: _Ground


def key_of(request: HttpRequest, lot: Lot) -> str:
    """Name the page of a lot as this reader sees it: language, and the addresses that it names as the reader came."""
    seen = f"{get_language()} {'lang' in request.GET} {request.scheme} {request.get_host()}"
    return f"trace-page:{lot.pk}:{hashlib.sha256(seen.encode()).hexdigest()[:32]}"


def find(key: str, lot: Lot) -> bytes | None:
    """Give the page that was kept under a key; None where there is none, or where it would be another one now."""
    if not settings.PAGE_SECONDS:
        return None
    page: _Page | None = soft_cache.get(key, None)
    if page is None:
        return None
    ground = page.ground
    heads = _heads(list(ground.heads))
    return page.content if _ground(lot, heads, log.checkpoint(), waits=ground.size is not None) == ground else None


def keep(key: str, content: bytes, story: Story) -> None:
    """Keep a page that was made of a story.

    By what the story was read with, and not by what holds now: a record that came while the page was made makes it old.
    """
    if not settings.PAGE_SECONDS:
        return
    heads = {event.leaf.entity: event.leaf_hash for event in story.events}
    waits = len(story.published) < len(story.events)
    ground = _ground(story.lot, heads, story.checkpoint, waits=waits)
    soft_cache.set(key, _Page(content, ground), settings.PAGE_SECONDS)


def _ground(lot: Lot, heads: Mapping[str, bytes], newest: SignedCheckpoint | None, *, waits: bool) -> _Ground:
    recall = banner_of(lot)
    size = newest.size if newest else 0
    return _Ground(
        heads=heads,
        recall=(recall.pk, recall.lot_id, recall.reason, recall.level, recall.opened_at) if recall else (),
        witnesses=tuple(witnesses.names_under(newest)),
        size=size if waits else None,
    )


def _heads(entities: list[str]) -> dict[str, bytes]:
    if not entities:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT entity, head FROM ledger_head WHERE entity = ANY(%s)", [entities])
        rows: list[tuple[str, Any]] = cursor.fetchall()
    return {entity: bytes(head) for entity, head in rows}
