"""The market's picture, and the operator's runs."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import OrganisationKind
from accounts.queries.memberships import acts_as, may_record
from accounts.requests import PartyRequest
from accounts.web.access import acts_as_kind, acts_for_party, records_for_party
from orders.enums import RunState
from orders.models import MatchRun, Product
from orders.queries.growers import effect_of
from orders.queries.picture import BY_REGION, BY_WEEK, BY_WINDOW, picture
from orders.queries.reasons import moves_of, reasons_of
from orders.services import promising, runs
from traceability.errors import InputError
from traceability.services.attachments import load
from traceability.web.forms.entries import EntryForm
from traceability.web.refusals import sentence

_SHORT = 10
WAYS = {
    BY_WINDOW: gettext_lazy("Delivery window"),
    BY_WEEK: gettext_lazy("Week"),
    BY_REGION: gettext_lazy("Region"),
}
_FILES = ("inputs_sha256", "outcome_sha256")
_DECISIONS = {"publish": runs.publish, "reject": runs.reject}


@require_safe
@acts_for_party
def home(request: PartyRequest) -> HttpResponse:
    """Show demand and supply by product and window, week or region: matched, short and unsold."""
    products = Product.objects.all()
    by = request.GET.get("by", BY_WINDOW)
    by = by if by in WAYS else BY_WINDOW
    product = products.filter(code=request.GET.get("product", "")).first()
    over = "over" in request.GET
    chosen = products.filter(pk=product.pk) if product else products
    stands = picture(chosen, by=by, since=None if over else timezone.localdate())
    context = {
        "stands": stands,
        "ways": WAYS.items(),
        "by": by,
        "way": WAYS[by],
        "product": product,
        "over": over,
        "products": products,
        "runs": MatchRun.objects.select_related("product").order_by("-computed_at", "pk")[:_SHORT],
        "decides": _decides(request),
        "ordered": sum(one.ordered for one in stands),
        "matched": sum(one.matched for one in stands),
        "short": sum(one.short for one in stands),
        "unsold": sum(one.unsold for one in stands),
        "form": _moment(),
    }
    return render(request, "orders/market.html", context)


@require_POST
@acts_as_kind(OrganisationKind.OPERATOR)
@records_for_party
def match(request: PartyRequest, code: str) -> HttpResponse:
    """Match a product anew."""
    product = get_object_or_404(Product, code=code)
    form = _moment(request)
    if not form.is_valid():
        return redirect("market:home")
    try:
        run = runs.compute(
            product=product, why=runs.Why(), entry=form.entry(), membership=request.membership, at=timezone.now()
        )
    except InputError as error:
        messages.error(request, sentence(error))
        return redirect("market:home")
    return redirect("market:run", run.pk)


@require_POST
@acts_as_kind(OrganisationKind.OPERATOR)
@records_for_party
def promise(request: PartyRequest, code: str) -> HttpResponse:
    """Make firm what is due of a product."""
    product = get_object_or_404(Product, code=code)
    form = _moment(request)
    if form.is_valid():
        made = promising.promise(
            product=product,
            entry=form.entry(),
            membership=request.membership,
            today=timezone.localdate(),
            at=timezone.now(),
        )
        messages.success(request, _("Promises made: %(count)s") % {"count": len(made)})
    return redirect("market:home")


@require_safe
@acts_for_party
def run(request: PartyRequest, run_id: UUID) -> HttpResponse:
    """Show a run; to the operator with who gains and who loses by it."""
    found = get_object_or_404(MatchRun.objects.select_related("product"), pk=run_id)
    decides = _decides(request)
    waits = found.state == RunState.PROPOSED
    reasons = reasons_of(found)
    context = {
        "run": found,
        "decides": decides,
        "effect": effect_of(found, reasons.revised) if decides and waits else None,
        "share": int(100 * found.moved_kg / found.kept_kg) if found.kept_kg else 0,
        "moves": moves_of(found) if decides else [],
        "reasons": reasons,
        "form": _moment(),
    }
    return render(request, "orders/run.html", context)


@require_POST
@acts_as_kind(OrganisationKind.OPERATOR)
@records_for_party
def decide(request: PartyRequest, run_id: UUID) -> HttpResponse:
    """Sign a run off, or let it fall."""
    found = get_object_or_404(MatchRun, pk=run_id)
    form, verb = _moment(request), _DECISIONS.get(request.POST.get("decision", ""))
    if verb and form.is_valid():
        try:
            verb(run=found, entry=form.entry(), membership=request.membership, at=timezone.now())
        except InputError as error:
            messages.error(request, sentence(error))
    return redirect("market:run", found.pk)


@require_safe
@acts_as_kind(OrganisationKind.OPERATOR)
def file(request: PartyRequest, run_id: UUID, name: str) -> HttpResponse:  # noqa: ARG001
    """Hand out a run's inputs or outcome, by which anybody computes it again."""
    found = get_object_or_404(MatchRun, pk=run_id)
    if name not in _FILES:
        raise Http404
    answer = HttpResponse(load(getattr(found, name)), content_type=runs.JSON)
    answer.headers["Content-Disposition"] = f'attachment; filename="run-{found.pk}-{name.partition("_")[0]}.json"'
    return answer


def _decides(request: PartyRequest) -> bool:
    return acts_as(request.membership, OrganisationKind.OPERATOR) and may_record(request.membership)


def _moment(request: PartyRequest | None = None) -> EntryForm:
    if request is None:
        return EntryForm(auto_id=False)
    return EntryForm({**request.POST.dict(), "day": timezone.localdate()})
