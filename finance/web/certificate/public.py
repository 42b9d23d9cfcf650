"""What anybody may open: a certificate by its id, and what it is checked with."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from finance.credential_key import issuer, origin
from finance.credentials import controller_document, status_document
from finance.queries.credentials import certificate, revoked_positions

_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "FarmCreditReference",
    "type": "object",
    "required": ["credentialSubject", "evidence", "termsOfUse"],
    "properties": {
        "credentialSubject": {
            "type": "object",
            "required": ["id", "grade", "asOf", "cardSha256"],
            "properties": {
                "score": {"type": "integer", "minimum": 300, "maximum": 850},
                "grade": {"enum": ["A", "B", "C", "D", "E", ""]},
                "cardSha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
        }
    },
}


@require_safe
@never_cache
def show(request: HttpRequest, credential_id: UUID) -> HttpResponse:
    """Show a certificate to who scanned it; the reader's browser checks it."""
    found = certificate(credential_id)
    if found is None:
        raise Http404
    document = json.loads(found.document)
    context = {"credential": found, "said": document["credentialSubject"], "terms": document["termsOfUse"][0]}
    response = render(request, "finance/certificate/show.html", context)
    # A certificate is for whom it was shown to, and not for search engines.
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@never_cache
def document(request: HttpRequest, credential_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Give the signed document, byte for byte."""
    found = certificate(credential_id)
    if found is None:
        raise Http404
    return HttpResponse(found.document, content_type="application/vc")


@require_safe
@cache_control(public=True, max_age=60)
def status(request: HttpRequest, number: int) -> HttpResponse:
    """Give a whole list: which certificates were taken back, with no word about which one is looked at."""
    url = origin(f"{request.scheme}://{request.get_host()}") + request.path
    made = status_document(url=url, positions=revoked_positions(number), issuer=issuer(), at=timezone.now())
    return JsonResponse(made, content_type="application/vc")


@require_safe
@cache_control(public=True, max_age=3600)
def controller(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say which key signs (did:web)."""
    return JsonResponse(controller_document(issuer()), content_type="application/did+json")


@require_safe
@cache_control(public=True, max_age=3600)
def schema(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Give the certificate's schema."""
    return JsonResponse(_SCHEMA, content_type="application/schema+json")
