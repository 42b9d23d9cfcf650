"""The resolver: it shows the page of what a code names, lists links about it, or leads to the link that is asked for.

After the GS1-Conformant resolver standard 1.1; a browser is spared the redirection to its page (docs/adr/0013).
Compressed Digital Links, which it also asks for, are not read.
"""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.enums import Provenance
from traceability.enums import LotKind
from traceability.epcis.digital_link import STEM
from traceability.epcis.element_strings import Element, ElementError
from traceability.models import Lot
from traceability.queries.gtins import is_unconfirmed
from traceability.web.refusals import sentence
from traceability.web.resolver import counting, guessing
from traceability.web.resolver.links import DEFAULT, HTML, JSON, VOCABULARY, chosen, levels_of, link_type, linkset
from traceability.web.resolver.requested import Item, canonical_path, elements_of, is_canonical, item_of
from traceability.web.trace.addresses import address_of
from traceability.web.trace.text import product
from traceability.web.trace.views import show, unknown

LINKSET = "application/linkset+json"
_METHODS = "GET, HEAD, OPTIONS"
_KEYS = ("00", "01", "253", "414", "417", "8003", "8004", "8006", "8017", "8018")
# How long caches may keep a list of links, in seconds.
_LINKS_KEPT = "public, max-age=60"


def resolve(request: HttpRequest, **_parts: str) -> HttpResponseBase:
    """Answer for the thing that a GS1 Digital Link names."""
    if request.method == "OPTIONS":
        return _open(HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Allow": _METHODS}))
    if request.method not in {"GET", "HEAD"}:
        return _open(HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": _METHODS}))
    try:
        elements = elements_of(request)
    except ElementError as error:
        guessing.note_wrong(request)
        return _open(unknown(request, request.path, status=HTTPStatus.BAD_REQUEST, reason=sentence(error)))
    return _open(_answer(request, elements))


def _answer(request: HttpRequest, elements: Sequence[Element]) -> HttpResponseBase:
    path = canonical_path(elements)
    if not is_canonical(request, path):
        return HttpResponsePermanentRedirect(_with_query(path, request))
    item = item_of(elements)
    if item is None:
        guessing.note_wrong(request)
        return unknown(request, elements[-1].value, status=HTTPStatus.NOT_FOUND)
    response = _links(request, item, path) or _page(request, item, path)
    listed = f'<{_origin(request)}{path}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
    response["Link"] = f'{listed}, <{STEM}{path}>; rel="owl:sameAs"'
    return response


def _links(request: HttpRequest, item: Item, path: str) -> HttpResponseBase | None:
    """Answer who asks for links; None for who wants the page."""
    wanted = request.GET.get("linkType", "")
    if wanted in {"all", "linkset"} or request.get_preferred_type([HTML, JSON, LINKSET]) == LINKSET:
        response = JsonResponse(linkset(levels_of(item, path), origin=_origin(request)), content_type=LINKSET)
        response["Cache-Control"] = _LINKS_KEPT
        patch_vary_headers(response, ["Accept"])
        return response
    if not wanted and not _takes_anything(request):
        return None
    return _link(request, item, path, kind=link_type(wanted) if wanted else DEFAULT)


def _takes_anything(request: HttpRequest) -> bool:
    """Tell whether a program asks in GS1's plain way; a browser names pages, and has its page in this one answer."""
    types = [one.main_type for one in request.accepted_types]
    # What has chosen a language came by our own redirection, or reads a page already.
    return "Accept" in request.headers and set(types) == {"*"} and "lang" not in request.GET


def _link(request: HttpRequest, item: Item, path: str, *, kind: str) -> HttpResponseBase:
    """Lead to the link of a kind, in the language and form that are asked for (GS1-Conformant resolver, 5.7)."""
    media_type = HTML if kind == DEFAULT else request.get_preferred_type([HTML, JSON]) or HTML
    links = [link for _, links in levels_of(item, path) for link in links]
    # The page is what the linkset names as default.
    sought = links[0].kind if kind == DEFAULT and links else kind
    found = chosen(links, sought, language=str(request.LANGUAGE_CODE), media_type=media_type)
    if found is None:
        return unknown(request, kind, status=HTTPStatus.NOT_FOUND)
    response = _redirect(_with_query(found.path, request))
    patch_vary_headers(response, ["Accept"])
    return response


def _page(request: HttpRequest, item: Item, path: str) -> HttpResponseBase:
    if item.lot is None:
        return _product(request, item)
    if item.bag:
        return _bag(request, item)
    own = address_of(item.lot)
    return show(request, item.lot) if own == path else _redirect(_with_query(own, request))


def _bag(request: HttpRequest, item: Item) -> HttpResponseBase:
    if item.lot is None or item.bag is None:
        raise ValueError("a bag is of a lot")
    counted = counting.count(request, item.bag)
    response = show(request, item.lot, serial=item.bag.serial)
    if counted:
        counting.remember(request, response, item.bag)
    return response


def _product(request: HttpRequest, item: Item) -> HttpResponse:
    lots = Lot.objects.exclude(kind=LotKind.CLASS).filter(gtin=item.gtin)
    newest = lots.select_related("registrant").order_by("-produced_on", "pk")
    first = newest[0]
    maker = first.registrant
    made_up = maker.get_provenance_display() if maker.provenance != Provenance.OPERATED else ""
    context = {
        "gtin": item.gtin,
        "name": product(first),
        "maker": maker,
        "provenance": made_up,
        "gtin_unconfirmed": is_unconfirmed(first),
    }
    return render(request, "traceability/resolver/product.html", context)


@require_safe
def description(request: HttpRequest) -> HttpResponseBase:
    """Describe this resolver to programs."""
    found = {
        "name": "Suyuan",
        "resolverRoot": _origin(request),
        "supportedLinkType": [{"namespace": VOCABULARY, "prefix": "gs1:"}],
        "supportedPrimaryKeys": list(_KEYS),
        "linkTypeDefaultCanBeLinkset": True,
        "notSupported": ["compressed GS1 Digital Link URIs"],
    }
    return _open(JsonResponse(found))


def _origin(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").removesuffix("/")


def _with_query(path: str, request: HttpRequest) -> str:
    """Pass on what the address asked besides, but for what was meant for us (GS1-Conformant resolver, 5.8)."""
    already = path.partition("?")[2]
    kept = [(name, value) for name, value in request.GET.items() if name != "linkType" and f"{name}=" not in already]
    query = urlencode(kept)
    return path + (("&" if already else "?") + query if query else "")


def _redirect(address: str) -> HttpResponse:
    return HttpResponse(status=HTTPStatus.TEMPORARY_REDIRECT, headers={"Location": address})


def _open(response: HttpResponseBase) -> HttpResponseBase:
    """Let scripts of other sites read the answer: there is nothing in it that is not for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = _METHODS
    response["Access-Control-Expose-Headers"] = "Link, Location"
    return response
