"""What the bank answers, on a page: one receipt by hand, or all of a day as its file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import MAKERS
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, records_for_party
from orders.queries.parties import payouts_of
from orders.services.bank_files import COLUMNS, Taken, take_file
from orders.services.payments import BankReceipt, take_receipt
from orders.web.forms import BankFileForm, ReceiptForm
from traceability.web.imports.problems import Report
from traceability.web.refusals import refusals_on


@acts_as_kind(*MAKERS)
@records_for_party
def receipt(request: PartyRequest, payout_id: UUID) -> HttpResponse:
    """Record what the bank answered."""
    found = get_object_or_404(payouts_of(request.membership), pk=payout_id)
    form = ReceiptForm(request.POST or None, initial={"paid_on": timezone.localdate()})
    if form.is_valid():
        with refusals_on(form):
            said = BankReceipt(number=form.cleaned_data["number"], fen=found.fen, paid_on=form.cleaned_data["paid_on"])
            take_receipt(
                payout=found, receipt=said, entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            return redirect("market:dealing")
    return render(request, "orders/receipt.html", {"form": form, "payout": found})


@acts_as_kind(*MAKERS)
@records_for_party
def receipts(request: PartyRequest) -> HttpResponse:
    """Record what the bank filled into the file of instructions: all of it, or nothing and a list of what is wrong."""
    form = BankFileForm(request.POST or None, request.FILES or None)
    taken = Taken()
    if form.is_valid():
        with refusals_on(form):
            taken = take_file(
                data=form.data_sent(), entry=form.entry(), membership=request.membership, at=timezone.now()
            )
            if not taken.problems:
                messages.success(request, _told(taken))
                return redirect("market:dealing")
    context = {"form": form, "problems": Report(taken.problems, COLUMNS)}
    return render(request, "orders/receipts.html", context)


def _told(taken: Taken) -> str:
    told = {"recorded": taken.recorded, "known": taken.known, "waiting": taken.waiting}
    return _("Receipts recorded: %(recorded)s; recorded before: %(known)s; without an answer yet: %(waiting)s") % told
