"""The first page of the desk: what needs somebody today, and the figures of the month."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind
from traceability.balance import loss_rate
from traceability.queries.lots import stock_of
from traceability.queries.plant import stock_total, waiting_answers, waiting_deliveries
from traceability.queries.runs import as_run, runs_between
from traceability.web.plant.desk import MAKERS
from traceability.web.plant.losses import AIM

_MOST = 5


@acts_as_kind(*MAKERS)
def overview(request: PartyRequest) -> HttpResponse:
    """Show what waits, what is held, and this month's loss."""
    today = timezone.localdate()
    lots, kg = stock_total(request.membership)
    runs = runs_between(request.membership, today.replace(day=1), today)
    context = {
        "lots": lots,
        "kg": kg,
        "rate": loss_rate([as_run(one) for one in runs]),
        "aim": AIM,
        "waiting": list(waiting_deliveries(request.membership)[:_MOST]),
        "sent": list(waiting_answers(request.membership)[:_MOST]),
        "held": list(stock_of(request.membership).filter(held=True)[:_MOST]),
    }
    return render(request, "traceability/plant/overview.html", context)
