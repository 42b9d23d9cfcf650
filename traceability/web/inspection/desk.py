"""The desk of inspection: what each kind of party looks at first."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.queries.memberships import acts_as
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party
from traceability.queries.certificates import certificates_seen_by, overdue, to_issue
from traceability.queries.inspection import holds_in_force, holds_seen_by, samples_seen_by
from traceability.web import samples

PAGE = 20
_SHORT = 10


@acts_for_party
def desk(request: PartyRequest) -> HttpResponse:
    """Show a laboratory its samples, a regulator what failed or is held, and others what is theirs of both."""
    if acts_as(request.membership, OrganisationKind.LABORATORY):
        return samples.samples(request)
    if acts_as(request.membership, OrganisationKind.REGULATOR):
        return _regulator(request)
    return _custodian(request)


def _regulator(request: PartyRequest) -> HttpResponse:
    page = Paginator(holds_in_force(request.membership), PAGE).get_page(request.GET.get("page"))
    released = holds_seen_by(request.membership).exclude(released_at=None).order_by("-released_at")
    missing = overdue(on=timezone.localdate(), most=PAGE)
    context = {"page": page, "released": released[:_SHORT], "missing": missing}
    return render(request, "traceability/inspection/regulator.html", context)


def _custodian(request: PartyRequest) -> HttpResponse:
    page = Paginator(samples_seen_by(request.membership), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "holds": holds_in_force(request.membership)[:_SHORT],
        "due": to_issue(request.membership, on=timezone.localdate(), most=_SHORT),
        "issued": certificates_seen_by(request.membership).order_by("-issued_on", "pk")[:_SHORT],
    }
    return render(request, "traceability/inspection/custodian.html", context)
