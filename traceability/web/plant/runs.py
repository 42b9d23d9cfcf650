"""Runs of processes: recorded with their balance in sight, listed, shown, withdrawn."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.balance import balance_of
from traceability.models import Recipe
from traceability.queries import history
from traceability.queries.lots import stock_of
from traceability.queries.plant import recipes_of
from traceability.queries.runs import as_run, runs_of
from traceability.services.processes import complete_process
from traceability.services.withdrawals import withdraw_run
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.forms.runs import ProcessForms, TakeForm, judged
from traceability.web.plant.forms.withdrawal import WithdrawalForm
from traceability.web.plant.run_lines import lines_of
from traceability.web.refusals import refusals_on

# As many as a page can show; what lies longest is used first.
_MOST_LOTS = 50
PAGE = 20


@acts_as_kind(*MAKERS)
def runs(request: PartyRequest) -> HttpResponse:
    """List the party's runs, each with what it lost."""
    page = Paginator(runs_of(request.membership), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "runs": [(run, balance_of(as_run(run))) for run in page],
        "recipes": recipes_of(request.membership),
    }
    return render(request, "traceability/plant/runs.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def new(request: PartyRequest) -> HttpResponse:
    """Record what went into a process and what came out; asked to reckon only, show the balance and keep nothing."""
    in_hand = list(stock_of(request.membership)[:_MOST_LOTS])
    stock = [lot for lot in in_hand if not lot.held]
    take = TakeForm(request.GET if "take-goods" in request.GET else None, stock=stock)
    recipe = _recipe(request)
    forms = ProcessForms(
        request.POST or None, stock=stock, membership=request.membership, recipe=recipe, picked=take.picked()
    )
    context = {"forms": forms, "take": take, "recipe": recipe, "held": [lot for lot in in_hand if lot.held]}
    if request.method == "POST" and forms.is_valid():
        process = forms.process()
        if "reckon" not in request.POST:
            with refusals_on(forms.run):
                at = timezone.now()
                complete_process(entry=forms.run.entry(), process=process, membership=request.membership, at=at)
                messages.success(request, _("Recorded."))
                return redirect("plant:run", forms.run.entry().id)
        context |= {"balance": process.balance, "verdict": judged(process.balance, recipe)}
    return render(request, "traceability/plant/run_form.html", context)


def _recipe(request: PartyRequest) -> Recipe | None:
    named = request.POST.get("recipe") or request.GET.get("recipe") or ""
    return recipes_of(request.membership).filter(pk=named).first() if named.isascii() and named.isdigit() else None


@acts_as_kind(*MAKERS)
def run(request: PartyRequest, run_id: UUID) -> HttpResponse:
    """Show a run and its balance."""
    found = get_object_or_404(runs_of(request.membership), pk=run_id)
    balance = balance_of(as_run(found))
    said = history.of(f"process:{found.pk}")[0].private
    recipe = recipes_of(request.membership).filter(name=said.get("recipe", "")).first()
    context = {
        "run": found,
        "lines": lines_of(found),
        "balance": balance,
        "recipe": recipe,
        "said": said,
        "verdict": judged(balance, recipe),
        "may_withdraw": may_record(request.membership),
    }
    return render(request, "traceability/plant/run.html", context)


@acts_as_kind(*MAKERS)
@records_for_party
def withdraw(request: PartyRequest, run_id: UUID) -> HttpResponse:
    """Take a run back that was recorded wrongly."""
    found = get_object_or_404(runs_of(request.membership), pk=run_id)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            withdraw_run(
                run_id=found.pk,
                entry=form.entry(),
                reason=form.cleaned_data["reason"],
                explanation=form.cleaned_data["explanation"],
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Withdrawn. What was said first stays in the log beside it."))
            return redirect("plant:runs")
    return render(request, "traceability/plant/withdraw.html", {"form": form, "run": found})
