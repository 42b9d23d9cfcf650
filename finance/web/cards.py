"""Scorecards for the operator: which counts, which runs beside it, what is said of each, and who approved it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from finance.enums import CardState
from finance.models import CardReport, CardUse, RuleSwitch, Scorecard
from finance.queries import levels
from finance.services import cards
from finance.web.card_shown import chances_of, reports_of, variables_of
from traceability.errors import InputError
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import sentence

_JSON = "application/json"
_USES = 20
_operator = acts_as_kind(OrganisationKind.OPERATOR)


@never_cache
@require_safe
@_operator
def overview(request: PartyRequest) -> HttpResponse:
    """Show all cards, what counted when, and when outcomes came to allow another kind."""
    found = Scorecard.objects.prefetch_related("reports").order_by("-registered_at", "pk")
    context = {
        "cards": [(one, any(report.alarm for report in _newest(one))) for one in found],
        "champion": next((one for one in found if one.state == CardState.CHAMPION), None),
        "uses": CardUse.objects.select_related("card", "before", "by").order_by("-at", "-pk")[:_USES],
        "switches": RuleSwitch.objects.order_by("-at", "-pk")[:_USES],
        "decides": may_record(request.membership),
        "form": _moment(),
    }
    return render(request, "finance/cards/all.html", context)


@never_cache
@require_safe
@_operator
def card(request: PartyRequest, card_id: str) -> HttpResponse:
    """Show a card with its model card and its newest reports."""
    found = get_object_or_404(Scorecard, pk=card_id)
    known = levels.current(found, at=timezone.now())
    context = {
        "card": found,
        "variables": variables_of(found),
        "reports": reports_of(found),
        "levels": known,
        "chances": chances_of(found, known),
        "may_correct": found.state in {CardState.APPROVED, CardState.CHALLENGER, CardState.CHAMPION},
        "decides": may_record(request.membership),
        "steps": _steps(found),
        "form": _moment(),
    }
    return render(request, "finance/cards/card.html", context)


@require_POST
@_operator
@records_for_party
def decide(request: PartyRequest, card_id: str) -> HttpResponse:
    """Approve a card, let it count, or let it run beside the one that counts."""
    found = get_object_or_404(Scorecard, pk=card_id)
    form = _moment(request)
    decision = request.POST.get("decision", "")
    if form.is_valid() and decision in _steps(found):
        try:
            _do(found, decision, request, form)
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect("cards:card", found.pk)


@require_POST
@_operator
@records_for_party
def take_back(request: PartyRequest) -> HttpResponse:
    """Let the card count again that counted before."""
    form = _moment(request)
    if form.is_valid():
        try:
            cards.roll_back(entry=form.entry(), membership=request.membership, at=timezone.now())
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect("cards:all")


@require_safe
@_operator
def file(request: PartyRequest, card_id: str) -> HttpResponse:  # noqa: ARG001
    """Hand out the card's bytes, whose hash is its id."""
    found = get_object_or_404(Scorecard, pk=card_id)
    answer = HttpResponse(bytes(found.data), content_type=_JSON)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}-{found.pk[:12]}.json"'
    return answer


def _do(found: Scorecard, decision: str, request: PartyRequest, form: EntryForm) -> None:
    entry, at = form.entry(), timezone.now()
    if decision == "approve":
        cards.approve_card(card=found, entry=entry, membership=request.membership, at=at)
    else:
        beside = decision == "beside"
        cards.activate_card(card=found, entry=entry, membership=request.membership, at=at, challenger=beside)


def _steps(found: Scorecard) -> tuple[str, ...]:
    """Name what can be done with a card as it stands."""
    if found.state == CardState.REGISTERED:
        return ("approve",)
    if found.state == CardState.CHAMPION:
        return ()
    return ("count",) if found.state == CardState.CHALLENGER else ("count", "beside")


def _newest(found: Scorecard) -> list[CardReport]:
    newest = {one.kind: one for one in sorted(found.reports.all(), key=lambda one: one.day)}
    return list(newest.values())


def _moment(request: PartyRequest | None = None) -> EntryForm:
    if request is None:
        return EntryForm(auto_id=False)
    return EntryForm({**request.POST.dict(), "day": timezone.localdate()})
