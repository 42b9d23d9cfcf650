"""The consumer's page: no log-in, no cookie, one request; the same address gives programs the proof."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.soft_cache import soft_cache
from traceability import log_key
from traceability.models import Lot
from traceability.queries import log, witnesses
from traceability.queries.bundles import bundle_of
from traceability.queries.gtins import is_unconfirmed
from traceability.queries.log import NotInLogError
from traceability.queries.scans import first_scan_line
from traceability.queries.trace import Story, story_of
from traceability.web.trace import kept
from traceability.web.trace.addresses import address_of
from traceability.web.trace.page import page_of
from traceability.web.trace.share import share_card
from traceability.web.trace.text import product_and_code

# Shared caches may keep it for a minute, and serve it while they ask again: a recall shows within that.
_CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=60"
_BUNDLE_SECONDS = 300
_JSON = "application/json"
_PROOF = "text/plain; charset=utf-8"


@require_safe
def item(request: HttpRequest, lot_id: UUID) -> HttpResponseBase:
    """Show an item that has no GTIN by its id here; send one that has to its Digital Link."""
    lot = Lot.objects.select_related("registrant").filter(pk=lot_id).first()
    if lot is None:
        return unknown(request, str(lot_id), status=404)
    own = address_of(lot)
    return show(request, lot) if own == request.path else HttpResponsePermanentRedirect(own)


@require_safe
def bundle(request: HttpRequest, lot_id: UUID) -> HttpResponseBase:
    """Give the bundle of an item."""
    lot = get_object_or_404(Lot, pk=lot_id)
    return _bundle(request, lot)


@require_safe
def proof(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Give the proof of one record as a .tlog-proof file."""
    try:
        text = log.tlog_proof(record_id)
    except NotInLogError:
        return HttpResponse("this record is in no signed checkpoint\n", status=404, content_type=_PROOF)
    return _cached(request, HttpResponse(text, content_type=_PROOF))


def show(request: HttpRequest, lot: Lot, *, serial: str = "") -> HttpResponseBase:
    """Show the page of a lot, or of one bag of it; programs get the lot's bundle."""
    if request.get_preferred_type(["text/html", _JSON, "application/ld+json"]) in {_JSON, "application/ld+json"}:
        return _bundle(request, lot)
    if serial:
        # Each scan of a bag counts, so that no cache may answer in our place.
        return _unkept(_page(request, story_of(lot), serial))
    key = kept.key_of(request, lot)
    found = kept.find(key)
    if found:
        return _cached(request, kept.PageResponse(found))
    story = story_of(lot)
    # Before the page is made: what comes meanwhile then makes it old.
    ground = kept.ground_of(story)
    page = _page(request, story)
    return _cached(request, kept.PageResponse(kept.keep(key, page.content, ground)) if ground else page)


def _page(request: HttpRequest, story: Story, serial: str = "") -> HttpResponse:
    lot, facts = story.lot, page_of(story)
    context = {
        **facts,
        **share_card(request, story, facts),
        "made_of": _made_of(story),
        "gtin_unconfirmed": is_unconfirmed(lot),
        # No cookie remembers the choice, so that links must.
        "keep_language": f"?lang={get_language()}" if "lang" in request.GET else "",
        "vkey": log_key.vkey(),
        "witnessed": witnesses.names_under(story.checkpoint),
        "bundle_url": reverse("trace:bundle", args=[lot.pk]),
        "feedback_url": reverse("trace:feedback", args=[lot.pk]),
        "first_scan": first_scan_line(lot, serial),
        "serial": serial,
    }
    return render(request, "traceability/trace/page.html", context)


@dataclass(frozen=True, slots=True)
class Source:
    """A lot that the item was made of, and where its own page is."""

    name: str
    url: str


def _made_of(story: Story) -> list[Source]:
    sources = {step.source for step in story.descents if step.product == story.lot.pk}
    lots = sorted((one for one in story.lots.values() if one.pk in sources), key=lambda one: (one.code, one.epc))
    return [Source(product_and_code(one), address_of(one)) for one in lots]


def _bundle(request: HttpRequest, lot: Lot) -> HttpResponseBase:
    try:
        data = _bundle_of(lot)
    except NotInLogError:
        return HttpResponse(b'{"error":"in no signed checkpoint yet"}', status=404, content_type=_JSON)
    response = HttpResponse(data, content_type=_JSON)
    response["Content-Disposition"] = f'inline; filename="{lot.pk}.trace.json"'
    return _cached(request, response)


def _bundle_of(lot: Lot) -> bytes:
    # One lot under one checkpoint is always the same bytes. By the whole note and not its size alone: a log that is
    # set up again comes to the same size with other records.
    newest = log.checkpoint()
    if newest is None:
        raise NotInLogError(f"{lot.entity}: there is no checkpoint")
    key = f"bundle:{lot.pk}:{hashlib.sha256(newest.note.encode()).hexdigest()}"
    found = soft_cache.get(key, b"")
    if found:
        return found
    data = bundle_of(lot)
    soft_cache.set(key, data, _BUNDLE_SECONDS)
    return data


def unknown(request: HttpRequest, code: str, *, status: int, reason: str = "") -> HttpResponse:
    """Say that a code is none, or none that is known here."""
    context = {"code": code, "malformed": status == 400, "reason": reason}
    return render(request, "traceability/trace/unknown.html", context, status=status)


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Accept"])
    return response


def _cached(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Let browsers and shared caches keep an answer, and answer 304 where they have it already."""
    patch_vary_headers(response, ["Accept"])
    response["Cache-Control"] = _CACHE_CONTROL
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
