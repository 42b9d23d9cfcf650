"""The pages on which a party reads and answers what consumers wrote."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.queries.memberships import may_manage, may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_for_party, manages_party
from traceability.errors import RefusedError
from traceability.models import Feedback
from traceability.queries.feedback import contact_of, feedback_for, may_be_erased, words_of
from traceability.services.feedback import answer_feedback, erase_feedback, note_reading
from traceability.web.feedback.forms import AnswerForm
from traceability.web.refusals import refusals_on, sentence
from traceability.web.trace.addresses import address_of
from traceability.web.trace.text import product_and_code

PAGE = 20


@acts_for_party
def listing(request: PartyRequest) -> HttpResponse:
    """List what consumers wrote, what waits for an answer first."""
    page = Paginator(feedback_for(request.membership), PAGE).get_page(request.GET.get("page"))
    rows = [{"found": one, "name": product_and_code(one.lot), "mine": _is_mine(request, one)} for one in page]
    return render(request, "traceability/feedback/list.html", {"page": page, "rows": rows})


@acts_for_party
def message(request: PartyRequest, feedback_id: UUID) -> HttpResponse:
    """Show what was written, and answer it."""
    found = get_object_or_404(feedback_for(request.membership), pk=feedback_id)
    note_reading(feedback=found, membership=request.membership, at=timezone.now())
    # A regulator reads along: the maker answers, in its own name.
    answers = _is_mine(request, found) and may_record(request.membership)
    form = AnswerForm(request.POST or None, initial={"answer": found.answer}) if answers else None
    if form and form.is_valid():
        with refusals_on(form):
            answer = form.cleaned_data["answer"]
            answer_feedback(feedback=found, answer=answer, membership=request.membership, at=timezone.now())
            messages.success(request, _("Answered. Who wrote finds it at the address of their message."))
            return redirect("feedback:list")
    erases = _is_mine(request, found) and may_manage(request.membership)
    context = {
        "found": found,
        "form": form,
        "name": product_and_code(found.lot),
        "lot_url": address_of(found.lot),
        "words": words_of(found),
        "contact": contact_of(found),
        "may_erase": erases and may_be_erased(found, at=timezone.now()),
        "erases_later": erases and not may_be_erased(found, at=timezone.now()),
    }
    return render(request, "traceability/feedback/message.html", context)


@require_POST
@manages_party
def erase(request: PartyRequest, feedback_id: UUID) -> HttpResponse:
    """Delete words and contact for good."""
    found = get_object_or_404(feedback_for(request.membership), pk=feedback_id)
    try:
        erase_feedback(feedback=found, membership=request.membership, at=timezone.now())
    except RefusedError as error:
        messages.error(request, sentence(error))
        return redirect("feedback:message", found.pk)
    messages.success(request, _("Erased: what was written, and how to reach who wrote it."))
    return redirect("feedback:list")


def _is_mine(request: PartyRequest, found: Feedback) -> bool:
    return found.lot.registrant_id == request.membership.organisation_id
