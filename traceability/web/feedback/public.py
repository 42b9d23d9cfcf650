"""The pages on which consumers write, and read the answer. They keep no cookie but the one that guards the form."""

from uuid import UUID

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from traceability.models import Lot
from traceability.queries.feedback import contact_of, feedback_by_secret, words_of
from traceability.services.feedback import give_feedback, withdraw_feedback
from traceability.web.feedback.forms import FeedbackForm
from traceability.web.refusals import refusals_on
from traceability.web.trace.addresses import address_of
from traceability.web.trace.text import product_and_code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Take in what somebody has to say of a lot."""
    lot = get_object_or_404(Lot, pk=lot_id)
    form = FeedbackForm(request.POST or None)
    if form.is_valid():
        # Only what would be taken in counts: who forgot a field may try again.
        ratelimit.consume(request, action="feedback", raise_exception=True)
        with refusals_on(form):
            message = form.message()
            give_feedback(lot=lot, message=message, at=timezone.now())
            return redirect("trace:sent", message.secret)
    context = {"form": form, "name": product_and_code(lot), "back": address_of(lot)}
    return render(request, "traceability/feedback/write.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest, secret: str) -> HttpResponse:
    """Show who has the address what they wrote and what was answered; let them take it back."""
    found = get_object_or_404(feedback_by_secret(secret))
    if request.method == "POST":
        withdraw_feedback(feedback=found)
        return redirect("trace:sent", secret)
    context = {
        "found": found,
        "words": words_of(found),
        "contact": contact_of(found),
        "name": product_and_code(found.lot),
        "back": address_of(found.lot),
        "address": request.build_absolute_uri(request.path),
    }
    return render(request, "traceability/feedback/sent.html", context)
