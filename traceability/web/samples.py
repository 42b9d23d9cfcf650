"""The laboratory's desk: samples that were given to it."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind
from traceability.queries.lots import samples_given_to

PAGE = 20


@acts_as_kind(OrganisationKind.LABORATORY)
def samples(request: PartyRequest) -> HttpResponse:
    """List the samples that wait, and those that were reported on."""
    page = Paginator(samples_given_to(request.membership), PAGE).get_page(request.GET.get("page"))
    return render(request, "traceability/laboratory/samples.html", {"page": page})
