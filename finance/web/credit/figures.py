"""Figures for authorities: counties, and nobody in them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind
from finance.queries.aggregates import LEAST, by_county


@require_safe
@acts_as_kind(OrganisationKind.REGULATOR, OrganisationKind.OPERATOR)
def home(request: PartyRequest) -> HttpResponse:
    """Show consents and loans by county."""
    return render(request, "finance/credit/figures.html", {"groups": by_county(), "least": LEAST})
