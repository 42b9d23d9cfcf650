"""The money for deliveries: statements, and instructions to the bank."""

import csv
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import MAKERS
from accounts.queries.memberships import may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, asks_again, records_for_party
from orders.money import yuan
from orders.queries.parties import payouts_of, statements_of
from orders.services import settlement
from orders.services.payments import interest_so_far
from traceability.sheets import harmless
from traceability.web.forms.entries import EntryForm


@require_safe
@acts_as_kind(*MAKERS)
def statement(request: PartyRequest, statement_id: UUID) -> HttpResponse:
    """Show a statement to its grower or its payer: each delivery with its harvest and its proof."""
    found = get_object_or_404(statements_of(request.membership), pk=statement_id)
    related = ("allocation__lot", "allocation__line__product", "allocation__line__window")
    context = {
        "statement": found,
        "lines": found.lines.select_related(*related).order_by("allocation__delivered_on", "allocation"),
        "payouts": found.payouts.all(),
        "is_payer": found.payer_id == request.membership.organisation_id,
        "records": may_record(request.membership),
        "interest": interest_so_far(found, today=timezone.localdate()),
        "form": EntryForm(auto_id=False),
    }
    return render(request, "orders/statement.html", context)


@require_POST
@acts_as_kind(*MAKERS)
@records_for_party
def state(request: PartyRequest) -> HttpResponse:
    """Write the statements that are due."""
    form = _moment(request)
    if form.is_valid():
        made = settlement.issue_statements(
            entry=form.entry(), membership=request.membership, today=timezone.localdate(), at=timezone.now()
        )
        messages.success(request, _("Statements written: %(count)s") % {"count": len(made)})
    return redirect("market:dealing")


@require_POST
@acts_as_kind(*MAKERS)
@records_for_party
@asks_again
def instruct(request: PartyRequest, statement_id: UUID) -> HttpResponse:
    """Instruct the bank to pay a statement."""
    mine = statements_of(request.membership).filter(payer=request.membership.organisation_id)
    found = get_object_or_404(mine, pk=statement_id)
    form = _moment(request)
    if form.is_valid():
        settlement.instruct(statement=found, entry=form.entry(), membership=request.membership, at=timezone.now())
    return redirect("market:dealing")


@require_safe
@acts_as_kind(*MAKERS)
def payouts(request: PartyRequest) -> HttpResponse:
    """Give the instructions that the bank has not answered, as a file for its split account."""
    waiting = payouts_of(request.membership).filter(receipt="")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="payouts.csv"'
    answer.write("\ufeff")
    table = csv.writer(answer)
    # The last two are the bank's to fill in; the same file comes back on the page of receipts.
    table.writerow(["instruction", "payee", "yuan", "statement", "due_on", "receipt", "paid_on"])
    for one in waiting:
        row = [one.pk, one.payee.name, yuan(one.fen), one.statement.number, one.statement.due_on, "", ""]
        table.writerow([harmless(str(cell)) for cell in row])
    return answer


def _moment(request: PartyRequest) -> EntryForm:
    return EntryForm({**request.POST.dict(), "day": timezone.localdate()})
