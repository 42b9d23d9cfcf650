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
from traceability.epcis.keys import Key, has_check_digit
from traceability.models import Lot
from traceability.queries import log
from traceability.queries.bundles import bundle_of
from traceability.queries.log import NotInLogError
from traceability.queries.trace import Story, story_of
from traceability.web.trace.addresses import address, address_of
from traceability.web.trace.page import page_of
from traceability.web.trace.text import product

# Shared caches may keep it for a minute, and serve it while they ask again: a recall shows within that.
_CACHE_CONTROL = "public, max-age=60, stale-while-revalidate=60"
_BUNDLE_SECONDS = 300
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_JSON = "application/json"
_PROOF = "text/plain; charset=utf-8"


@require_safe
def link(request: HttpRequest, gtin: str, ai: str, code: str) -> HttpResponseBase:
    """Show the item that a GS1 Digital Link names; send shorter GTINs to their address of 14 digits."""
    padded = gtin.zfill(14)
    key = Key("01", padded, ai, code)
    if len(gtin) not in _GTIN_LENGTHS or not key.is_well_formed or not has_check_digit(padded):
        return _unknown(request, code, status=400)
    if gtin != padded:
        query = request.META["QUERY_STRING"]
        return HttpResponsePermanentRedirect(f"{address(key)}{'?' if query else ''}{query}")
    lot = Lot.objects.select_related("registrant").filter(epc=key.uri).first()
    return _answer(request, lot) if lot else _unknown(request, code, status=404)


@require_safe
def item(request: HttpRequest, lot_id: UUID) -> HttpResponseBase:
    """Show an item that has no GTIN by its id here; send one that has to its Digital Link."""
    lot = Lot.objects.select_related("registrant").filter(pk=lot_id).first()
    if lot is None:
        return _unknown(request, str(lot_id), status=404)
    own = address_of(lot)
    return _answer(request, lot) if own == request.path else HttpResponsePermanentRedirect(own)


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


def _answer(request: HttpRequest, lot: Lot) -> HttpResponseBase:
    if request.get_preferred_type(["text/html", _JSON, "application/ld+json"]) in {_JSON, "application/ld+json"}:
        return _bundle(request, lot)
    story = story_of(lot)
    context = {
        **page_of(story),
        "made_of": _made_of(story),
        # No cookie remembers the choice, so that links must.
        "keep_language": f"?lang={get_language()}" if "lang" in request.GET else "",
        "vkey": log_key.vkey(),
        "bundle_url": reverse("trace:bundle", args=[lot.pk]),
    }
    return _cached(request, render(request, "traceability/trace/page.html", context))


@dataclass(frozen=True, slots=True)
class Source:
    """A lot that the item was made of, and where its own page is."""

    name: str
    url: str


def _made_of(story: Story) -> list[Source]:
    sources = {step.source for step in story.descents if step.product == story.lot.pk}
    lots = sorted((one for one in story.lots.values() if one.pk in sources), key=lambda one: (one.code, one.epc))
    return [Source(f"{product(one)} {one.code}".strip(), address_of(one)) for one in lots]


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
    kept = soft_cache.get(key, b"")
    if kept:
        return kept
    data = bundle_of(lot)
    soft_cache.set(key, data, _BUNDLE_SECONDS)
    return data


def _unknown(request: HttpRequest, code: str, *, status: int) -> HttpResponse:
    return render(request, "traceability/trace/unknown.html", {"code": code, "malformed": status == 400}, status=status)


def _cached(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """Let browsers and shared caches keep an answer, and answer 304 where they have it already."""
    patch_vary_headers(response, ["Accept"])
    response["Cache-Control"] = _CACHE_CONTROL
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response
