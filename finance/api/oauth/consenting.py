"""Where a bank sends the farmer: its request in words, and his yes or no."""

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.queries.memberships import may_manage, memberships_of
from finance.api.oauth.clients import issuer_of
from finance.api.oauth.server import SCOPE, server
from finance.enums import ConsentState
from finance.models import Consent, PushedRequest
from finance.services.pushed import pushed_at, take


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Show the farmer what a bank asks for, by consents that he gave; let a code out where he says yes.

    Requests come by reference only (RFC 9126): what else stands in the address is not looked at.
    """
    named = request.GET.get("request_uri", ""), request.GET.get("client_id", "")
    pushed = pushed_at(named[0], client_id=named[1], at=timezone.now())
    if pushed is None:
        return render(request, "finance/bank/authorize_over.html", status=400)
    consents = _consents(request, pushed)
    if request.method != "POST":
        page = render(request, "finance/bank/authorize.html", {"pushed": pushed, "consents": consents})
        # The answer leads to the bank's site, to which browsers otherwise let no form go.
        place = urlsplit(pushed.redirect_uri)
        page._csp_update = {"form-action": f"{place.scheme}://{place.netloc}"}  # type: ignore[attr-defined]  # noqa: SLF001
        return page
    if "allow" in request.POST and all(one.is_live(timezone.now()) for one in consents):
        return _let_out(request, pushed)
    return _back(request, pushed, error="access_denied")


def _consents(request: HttpRequest, pushed: PushedRequest) -> list[Consent]:
    """Find the consents of the request; each must be the farmer's own, for this bank and purpose. Raises Http404."""
    farms = [one.organisation_id for one in memberships_of(request.user) if may_manage(one)]
    own = Consent.objects.filter(subject__in=farms, recipient=pushed.client.organisation)
    given = own.exclude(state=ConsentState.DRAFT).select_related("subject", "recipient")
    wanted = {(UUID(one["consent_id"]), one["purpose"]) for one in pushed.details}
    found = [one for one in given.filter(pk__in=[key for key, _ in wanted]) if (one.pk, one.purpose) in wanted]
    if len(found) != len(wanted):
        raise Http404
    return found


@transaction.atomic
def _let_out(request: HttpRequest, pushed: PushedRequest) -> HttpResponse:
    if not take(pushed):
        return render(request, "finance/bank/authorize_over.html", status=400)
    credentials = {
        "client_id": pushed.client.application.client_id,
        "client": pushed.client.application,
        "redirect_uri": pushed.redirect_uri,
        "response_type": "code",
        "state": pushed.state or None,
        "code_challenge": pushed.code_challenge,
        "code_challenge_method": "S256",
        "pushed": pushed,
        "user": request.user,
    }
    headers, _body, _status = server().create_authorization_response(
        request.build_absolute_uri(request.path), "GET", None, {}, scopes=[SCOPE], credentials=credentials
    )
    # Against mix-up of servers (RFC 9207): the client must see who answers.
    return HttpResponseRedirect(f"{headers['Location']}&{urlencode({'iss': issuer_of(request)})}")


def _back(request: HttpRequest, pushed: PushedRequest, *, error: str) -> HttpResponse:
    told = {"error": error, "iss": issuer_of(request)} | ({"state": pushed.state} if pushed.state else {})
    PushedRequest.objects.filter(pk=pushed.pk).delete()
    separator = "&" if "?" in pushed.redirect_uri else "?"
    return HttpResponseRedirect(f"{pushed.redirect_uri}{separator}{urlencode(told)}")
