"""The page of one run of a process."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from traceability.queries.lots import stock_of
from traceability.services.processes import complete_process
from traceability.web.forms.processes import ProcessForms
from traceability.web.refusals import refusals_on

# As many as a page can show; what lies longest is used first.
_MOST_LOTS = 50


@acts_as_kind(OrganisationKind.PROCESSOR, OrganisationKind.COOPERATIVE, OrganisationKind.HOUSEHOLD)
@records_for_party
def run(request: PartyRequest) -> HttpResponse:
    """Record what went into a process and what came out."""
    forms = ProcessForms(request.POST or None, stock=list(stock_of(request.membership)[:_MOST_LOTS]))
    if request.method == "POST" and forms.is_valid():
        with refusals_on(forms.run):
            lots = complete_process(
                entry=forms.run.entry(),
                process=forms.process(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Recorded."))
            return redirect("farm:lot", lots[0].pk)
    return render(request, "traceability/lots/process.html", {"forms": forms})
