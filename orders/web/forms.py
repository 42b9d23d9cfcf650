"""Forms of the market: offers, plans, orders, and the steps of a delivery."""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orders.enums import DepositKind, Outcome, PlanEnd, RiskAction, Substitution, Withdrawal
from orders.models import Allocation, DeliveryWindow, Grade, Node, Product
from orders.services.bank_files import LIMITS
from orders.services.offers import Terms
from traceability.models import Lot
from traceability.templatetags.quantities import quantity
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm

if TYPE_CHECKING:
    LotChoiceField = forms.ModelChoiceField[Lot]
else:
    LotChoiceField = forms.ModelChoiceField

_FEN = 100


def kilograms(label: Any, **options: Any) -> forms.DecimalField:
    """Make a field for kilograms."""
    return number_field(label, unit=_("kg"), max_digits=14, decimal_places=3, **options)


def price(label: Any) -> forms.DecimalField:
    """Make a field for yuan a kilogram."""
    return number_field(label, unit=_("yuan/kg"), max_digits=8, decimal_places=2)


def choose_window(form: forms.Form, product: Product) -> None:
    """Let a form's window be one of those that are not over, and say so where there is none."""
    field = form.fields["window"]
    found = product.windows.filter(ends_on__gte=timezone.localdate())
    field.queryset = found  # type: ignore[attr-defined]
    if not found.exists():
        field.help_text = _("No delivery window of this product is open. The operator of the platform opens them.")


class NowForm(EntryForm):
    """A step that is taken now."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]


class OfferForm(NowForm):
    """What is sold ahead, of one product."""

    called: ClassVar = {"region": "ship_region"}

    min_grade = forms.ModelChoiceField(Grade.objects.none(), label=_("Grade at least"), empty_label=None)
    window = forms.ModelChoiceField(DeliveryWindow.objects.none(), label=_("Delivery window"), empty_label=None)
    ship_region = forms.ModelChoiceField(Node.objects.none(), label=_("Ships from"), empty_label=None)
    price_fen_per_kg = price(_("Price"))
    cap_kg = kilograms(_("At most"))
    cutoff_at = forms.DateTimeField(
        label=_("Orders until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    deposit_kind = forms.ChoiceField(label=_("Paid ahead"), choices=DepositKind.choices)
    deposit_bp = number_field(
        _("How much ahead"),
        unit="%",
        required=False,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        help_text=_("Earnest money is at most 20 %; who breaks the order loses it, or returns it twice."),
    )
    substitution = forms.ChoiceField(label=_("In place of it"), choices=Substitution.choices)

    def __init__(self, *args: Any, product: Product, **options: Any) -> None:
        super().__init__(*args, **options)
        self.product = product
        self.fields["min_grade"].queryset = product.grades.all()  # type: ignore[attr-defined]
        self.fields["ship_region"].queryset = Node.objects.all()  # type: ignore[attr-defined]
        choose_window(self, product)

    def terms(self) -> Terms:
        """Give the service what was said: yuan as fen, percent as hundredths of a percent."""
        said = {name: self.cleaned_data[name] for name in Terms.__slots__ if name in self.cleaned_data}
        said["price_fen_per_kg"] = int(said["price_fen_per_kg"] * _FEN)
        said["deposit_bp"] = int((said["deposit_bp"] or 0) * _FEN)
        return Terms(product=self.product, **said)


class EndForm(NowForm):
    """Why a plan ends."""

    reason = forms.ChoiceField(label=_("Why"), choices=PlanEnd.choices)


class CancelForm(NowForm):
    """Why a line ends."""

    reason = forms.ChoiceField(label=_("Why"), choices=Withdrawal.choices)


class ProposalForm(NowForm):
    """How much of other goods."""

    kg = kilograms(_("How much"), min_value=Decimal("0.001"))


class ReleaseForm(NowForm):
    """That a promise cannot be kept."""


class ActionForm(NowForm):
    """What is done about goods that may stay unsold."""

    action = forms.ChoiceField(label=_("What do you do about it?"), choices=RiskAction.choices)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class HarvestField(LotChoiceField):
    """A harvest by its number, its day and its weight."""

    def label_from_instance(self, obj: Any) -> str:
        """Name one: its number alone tells a grower little."""
        day = date_format(obj.produced_on, "SHORT_DATE_FORMAT") if obj.produced_on else ""
        weight = f"{quantity(obj.kg)} {gettext('kg')}" if obj.kg is not None else ""
        return " · ".join(part for part in (str(obj), day, weight) if part)


class PickForm(EntryForm):
    """Out of which harvest, and how much."""

    lot = HarvestField(Lot.objects.none(), label=_("Harvest"), empty_label=None)
    kg = kilograms(_("How much"))

    def __init__(self, *args: Any, allocation: Allocation, **options: Any) -> None:
        super().__init__(*args, **options)
        season = allocation.supply.plan.season
        own = Lot.objects.filter(season=season, held=False) if season else Lot.objects.none()
        self.harvests = own.order_by("-produced_on", "pk")
        self.fields["lot"].queryset = self.harvests  # type: ignore[attr-defined]


class WeightForm(EntryForm):
    """How much was sent, or arrived."""

    kg = kilograms(_("How much"))


class AcceptForm(EntryForm):
    """What was not good of a delivery."""

    rejected_kg = kilograms(_("Rejected"), required=False)
    note = forms.CharField(label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class DisputeForm(NowForm):
    """How much is frozen, and why."""

    fen = number_field(_("How much"), unit=_("yuan"), max_digits=12, decimal_places=2)
    note = forms.CharField(label=_("Remark"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class OutcomeForm(NowForm):
    """Who was right."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=Outcome.choices,
        help_text=_("Where the grower was right, what was held back is paid; where the buyer was, it is not owed."),
    )


class ReceiptForm(NowForm):
    """What the bank answered."""

    number = forms.CharField(label=_("Receipt of the bank"), max_length=80)
    paid_on = forms.DateField(label=_("Paid on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class BankFileForm(NowForm):
    """The bank's answer as a file."""

    file = forms.FileField(
        label=_("File of the bank"),
        help_text=_("CSV or Excel (.xlsx): the instructions with two columns filled in, receipt and paid_on"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def data_sent(self) -> bytes:
        """Give the service what was sent; one byte more is read than it takes, and no more than that."""
        data: bytes = self.cleaned_data["file"].read(LIMITS.file_bytes + 1)
        return data


def next_evening() -> Any:
    """Give a moment that suits as the end of an offer: eight in the evening, a week from now."""
    day = timezone.localtime() + timedelta(days=7)
    return day.replace(hour=20, minute=0, second=0, microsecond=0)
