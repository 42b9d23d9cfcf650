"""Losses by period, step and reason, drawn against the lines that were set for the peanuts of Heishan."""

from datetime import date, timedelta
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind
from traceability.balance import loss_rate, loss_rates_by_step
from traceability.queries.runs import as_run, runs_between
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.loss_chart import chart_of
from traceability.web.plant.loss_words import Period, step_rows

# What a plant loses where nobody watches, and what it is to come down to.
BEFORE, AIM = Decimal(12), Decimal(6)
_MONTHS = 12


@acts_as_kind(*MAKERS)
def losses(request: PartyRequest) -> HttpResponse:
    """Show what each month lost, and of the month that was chosen, where and why."""
    months = list(_months(timezone.localdate()))
    found = runs_between(request.membership, months[0], timezone.localdate())
    by_month = {month: [as_run(one) for one in found if one.finished_on.replace(day=1) == month] for month in months}
    periods = [Period(month, loss_rate(runs)) for month, runs in by_month.items() if runs]
    chosen = next((one for one in periods if one.key == request.GET.get("month")), periods[-1] if periods else None)
    context = {
        "periods": periods,
        "chosen": chosen,
        "steps": step_rows(loss_rates_by_step(by_month[chosen.month])) if chosen else [],
        "chart": chart_of(periods, before=BEFORE, aim=AIM),
        "before": BEFORE,
        "aim": AIM,
    }
    return render(request, "traceability/plant/losses.html", context)


def _months(today: date) -> list[date]:
    found = [today.replace(day=1)]
    while len(found) < _MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]
