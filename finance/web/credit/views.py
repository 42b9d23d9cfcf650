"""A farm's credit: the score in plain words, who asked, all of it as a file."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.queries.memberships import acts_as, may_manage
from accounts.queries.stand_ins import farms_helped_by
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, manages_party
from finance.enums import DisputeState
from finance.queries import own, own_score
from finance.queries.export import export_of
from finance.services import own_view
from finance.web.credit.forms import NowForm
from traceability.errors import InputError
from traceability.web.refusals import sentence

FARMS = (OrganisationKind.HOUSEHOLD, OrganisationKind.COOPERATIVE)
_SHORT = 5
_PAGE = 30


@require_safe
@acts_as_kind(*FARMS)
def home(request: PartyRequest) -> HttpResponse:
    """Show the own score, who may ask, who asked, and what is borrowed."""
    membership = request.membership
    disputes = own.disputes_of(membership)
    context = {
        "score": own_score.newest(membership.organisation),
        "consents": own.consents_of(membership)[:_SHORT],
        "queries": own.queries_about(membership)[:_SHORT],
        "disputes": disputes[:_SHORT],
        "disputed": disputes.filter(state=DisputeState.OPEN).exists(),
        "loans": own.loans_of(membership)[:_SHORT],
        "manages": may_manage(membership),
        "says_traits": may_manage(membership) and acts_as(membership, OrganisationKind.HOUSEHOLD),
        "helps": farms_helped_by(membership).exists(),
        "form": NowForm(auto_id=False),
    }
    return render(request, "finance/credit/home.html", context)


@require_POST
@acts_as_kind(*FARMS)
@manages_party
def look(request: PartyRequest) -> HttpResponse:
    """Work out the own score."""
    form = NowForm(request.POST)
    if form.is_valid():
        try:
            own_view.look(
                language=get_language() or "zh-hans",
                entry=form.entry(),
                membership=request.membership,
                at=timezone.now(),
            )
            messages.success(request, _("Worked out from your records."))
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect("credit:home")


@require_safe
@acts_as_kind(*FARMS)
def queries(request: PartyRequest) -> HttpResponse:
    """List who asked about the farm, and what it was told."""
    page = Paginator(own.queries_about(request.membership), _PAGE).get_page(request.GET.get("page"))
    return render(request, "finance/credit/queries.html", {"page": page})


@require_safe
@acts_as_kind(*FARMS)
@manages_party
def export(request: PartyRequest) -> HttpResponse:
    """Give all of it as a file."""
    answer = JsonResponse(
        export_of(request.membership, at=timezone.now()), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="credit.json"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
