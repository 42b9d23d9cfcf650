"""Forms of the market: offers, plans, orders, and the steps of a delivery."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.enums import DepositKind, Outcome, PlanEnd, RiskAction, Substitution, Withdrawal
from orders.models import Allocation, DeliveryWindow, Grade, Node, Product
from orders.services.offers import Terms
from traceability.models import Lot
from traceability.web.fields import number_field
from traceability.web.forms.entries import EntryForm

_FEN = 100


def kilograms(label: Any, **options: Any) -> forms.DecimalField:
    """Make a field for kilograms."""
    return number_field(label, unit=_("kg"), max_digits=14, decimal_places=3, **options)


def price(label: Any) -> forms.DecimalField:
    """Make a field for yuan a kilogram."""
    return number_field(label, unit=_("yuan/kg"), max_digits=8, decimal_places=2)


class NowForm(EntryForm):
    """A step that is taken now."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["day"]


class OfferForm(NowForm):
    """What is sold ahead, of one product."""

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
        today = timezone.localdate()
        choices = {
            "min_grade": product.grades.all(),
            "window": product.windows.filter(ends_on__gte=today),
            "ship_region": Node.objects.all(),
        }
        for name, found in choices.items():
            self.fields[name].queryset = found  # type: ignore[attr-defined]

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


class PickForm(EntryForm):
    """Out of which harvest, and how much."""

    lot = forms.ModelChoiceField(Lot.objects.none(), label=_("Harvest"), empty_label=None)
    kg = kilograms(_("How much"))

    def __init__(self, *args: Any, allocation: Allocation, **options: Any) -> None:
        super().__init__(*args, **options)
        season = allocation.supply.plan.season
        found = Lot.objects.filter(season=season, held=False).order_by("-produced_on") if season else Lot.objects.none()
        self.fields["lot"].queryset = found  # type: ignore[attr-defined]


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

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices)


class ReceiptForm(NowForm):
    """What the bank answered."""

    number = forms.CharField(label=_("Receipt of the bank"), max_length=80)
    paid_on = forms.DateField(label=_("Paid on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def next_evening() -> Any:
    """Give a moment that suits as the end of an offer: eight in the evening, a week from now."""
    day = timezone.localtime() + timedelta(days=7)
    return day.replace(hour=20, minute=0, second=0, microsecond=0)
