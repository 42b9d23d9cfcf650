"""A plan's forms: what grows where, and below it a row for each grade and window, with a button for one more.

All of it works without a script: the button sends the page back with another row and all that was typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from orders.enums import RevisionReason
from orders.models import DeliveryWindow, Grade, Node, PlanSupply, PlantingPlan, Product
from orders.services.plans import Expected, PlanFacts, Revised
from orders.web.forms import choose_window, kilograms, price
from traceability.errors import InputError
from traceability.models import Plot
from traceability.queries.farm import plots_visible_to
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm, last_first
from traceability.web.refusals import add_refusal

# More than this nobody fills in on a phone: the API takes the rest.
MOST_ROWS = 8
_FEN = 100
_QUANTILES = ("p10_kg", "p50_kg", "p90_kg")
_SUPPLIES = "supplies"


class PlanForm(EntryForm):
    """What a grower means to grow on a plot; how many rows stand below it is sent along."""

    called: ClassVar = {"region": "node"}

    plot = forms.ModelChoiceField(Plot.objects.none(), label=_("Plot"), empty_label=None)
    variety = forms.CharField(label=_("Variety"), max_length=60)
    area_mu = number_field(_("Area"), unit=_("mu"), max_digits=10, decimal_places=2)
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Ships from"), empty_label=None)
    rows = forms.IntegerField(min_value=1, max_value=MOST_ROWS, widget=forms.HiddenInput)

    def __init__(self, *args: Any, product: Product, membership: Membership, **options: Any) -> None:
        options["initial"] = {"rows": 1} | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.product = product
        self.fields["plot"].queryset = plots_visible_to(membership).filter(retired=False)  # type: ignore[attr-defined]
        self.fields["node"].queryset = Node.objects.all()  # type: ignore[attr-defined]
        last_first(self, "day")

    def facts(self, rows: "Sequence[SupplyForm]") -> PlanFacts:
        """Give the service what was said here and in the rows."""
        own = {name: self.cleaned_data[name] for name in ("plot", "variety", "area_mu", "node")}
        return PlanFacts(product=self.product, supplies=[one.expected() for one in rows], **own)


class QuantilesForm(forms.Form):
    """A bad, a usual and a good year."""

    p10_kg = kilograms(_("In a bad year"), help_text=_("One year in ten gives less."))
    p50_kg = kilograms(_("In a usual year"))
    p90_kg = kilograms(_("In a good year"), help_text=_("One year in ten gives more."))


class SupplyForm(QuantilesForm):
    """One row: which grade in which window, how much of it may come, and what is asked."""

    grade = forms.ModelChoiceField(Grade.objects.none(), label=_("Grade"), empty_label=None)
    window = forms.ModelChoiceField(DeliveryWindow.objects.none(), label=_("Delivery window"), empty_label=None)
    ask_fen_per_kg = price(_("You ask"))

    field_order = ("grade", "window", *_QUANTILES, "ask_fen_per_kg")

    def __init__(self, *args: Any, product: Product, **options: Any) -> None:
        super().__init__(*args, **{**options, "use_required_attribute": False})
        self.fields["grade"].queryset = product.grades.all()  # type: ignore[attr-defined]
        choose_window(self, product)

    def has_changed(self) -> bool:
        """Take a row into which nobody typed a number for left out; the first must say something."""
        return not self.empty_permitted or any(self[name].data for name in (*_QUANTILES, "ask_fen_per_kg"))

    def expected(self) -> Expected:
        """Give the service what was said."""
        said = dict(self.cleaned_data)
        return Expected(**{**said, "ask_fen_per_kg": int(said["ask_fen_per_kg"] * _FEN)})


def supply_rows(
    data: Mapping[str, Any] | None, *, product: Product, count: int, initial: Mapping[str, Any]
) -> list[SupplyForm]:
    """Make the rows; what is known ahead stands in the first."""
    first = SupplyForm(data, prefix="1", product=product, initial=dict(initial))
    numbers = range(2, count + 1)
    return [first, *(SupplyForm(data, prefix=str(one), product=product, empty_permitted=True) for one in numbers)]


def grown(data: Mapping[str, Any], *, product: Product, membership: Membership) -> tuple[PlanForm, list[SupplyForm]]:
    """Make the same forms with one row more and all that was typed, without a word about what is missing yet."""
    count = min(rows_of(data) + 1, MOST_ROWS)
    head = PlanForm(product=product, membership=membership, initial={**_plain(data), "rows": count})
    rows = [
        SupplyForm(prefix=str(number), product=product, initial=_plain(data, f"{number}-"))
        for number in range(1, count + 1)
    ]
    return head, rows


def rows_of(data: Mapping[str, Any] | None) -> int:
    """Tell how many rows were sent: at least one."""
    said = str((data or {}).get("rows", ""))
    return min(max(int(said), 1), MOST_ROWS) if said.isascii() and said.isdigit() and len(said) < len("1000") else 1


class RevisionForm(EntryForm):
    """Why a plan is estimated anew."""

    reason = forms.ChoiceField(label=_("Why"), choices=RevisionReason.choices)


class RevisedForm(QuantilesForm):
    """A new estimate of one supply."""

    def __init__(self, *args: Any, supply: PlanSupply, **options: Any) -> None:
        self.supply = supply
        known = {name: f"{getattr(supply, name).normalize():f}" for name in _QUANTILES}
        super().__init__(*args, **{**options, "prefix": supply.pk.hex, "initial": known})

    @property
    def differs(self) -> bool:
        """Whether another estimate was typed than stands there."""
        return any(self.cleaned_data[name] != getattr(self.supply, name) for name in _QUANTILES)

    def revised(self) -> Revised:
        """Give the service what was said."""
        return Revised(supply=self.supply, **{name: self.cleaned_data[name] for name in _QUANTILES})


def revised_rows(data: Mapping[str, Any] | None, plan: PlantingPlan) -> list[RevisedForm]:
    """Make a row for each supply of a plan."""
    return [RevisedForm(data, supply=one) for one in supplies_of(plan)]


def supplies_of(plan: PlantingPlan) -> list[PlanSupply]:
    """List a plan's supplies by window and grade."""
    return list(plan.supplies.select_related("window", "grade").order_by("window__starts_on", "grade__rank"))


@contextmanager
def refusals_on_rows(head: forms.Form, rows: Sequence[forms.Form]) -> Iterator[None]:
    """Catch what a service refuses, and show it in the row that it is about, else in the head."""
    try:
        yield
    except InputError as error:
        for one in (error, *error.others):
            _show(head, rows, one)


def _show(head: forms.Form, rows: Sequence[forms.Form], error: InputError) -> None:
    steps = error.pointer.split("/")
    if steps[1:2] != [_SUPPLIES] or len(steps) < len(("", _SUPPLIES, "row")):
        add_refusal(head, error)
        return
    rest = steps[3:]
    error.pointer = "/" + "/".join(rest) if rest else ""
    add_refusal(rows[int(steps[2])], error)


def nothing_new(form: forms.Form) -> None:
    """Say that nothing was changed."""
    form.add_error(None, gettext("Change at least one figure."))


def _plain(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    return {name.removeprefix(prefix): data[name] for name in data if name.startswith(prefix)}
