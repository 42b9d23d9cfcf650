"""Forms of channels, campaigns and needs."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.enums import ChannelKind
from orders.models import DeliveryWindow, Grade, Node, Product
from orders.services.channels import Sale
from orders.services.needs import Need
from orders.web.forms import NowForm, choose_window, kilograms, price

_FEN = 100
_DATE = {"type": "date"}
_CODE = _("Letters, digits and hyphens; it stands in the address of the order page.")


class _CodedForm(forms.Form):
    """A form with a code that becomes a part of addresses."""

    def clean_code(self) -> str:
        """Refuse codes that are addresses already."""
        code: str = self.cleaned_data["code"]
        if code in {"new", "key"}:
            raise forms.ValidationError(_("This word is taken."))
        return code


class ChannelForm(_CodedForm):
    """A shop, a stream."""

    name = forms.CharField(label=_("Name"), max_length=60)
    code = forms.SlugField(label=_("Short code"), max_length=40, help_text=_CODE)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(one.value, one.label) for one in (ChannelKind.LIVE, ChannelKind.SHOP)]
    )


class CampaignForm(_CodedForm):
    """A sale within a channel."""

    name = forms.CharField(label=_("Name"), max_length=60)
    code = forms.SlugField(label=_("Short code"), max_length=40, help_text=_CODE)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"))

    def sale(self) -> Sale:
        """Give the service what was said."""
        return Sale(**self.cleaned_data)


class NeedForm(NowForm):
    """What a party will buy."""

    called: ClassVar = {"region": "node"}

    min_grade = forms.ModelChoiceField(Grade.objects.none(), label=_("Grade at least"), empty_label=None)
    window = forms.ModelChoiceField(DeliveryWindow.objects.none(), label=_("Delivery window"), empty_label=None)
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Where to"), empty_label=None)
    kg = kilograms(_("How much"))
    price_fen_per_kg = price(_("You pay"))

    def __init__(self, *args: Any, product: Product, **options: Any) -> None:
        super().__init__(*args, **options)
        self.product = product
        self.fields["min_grade"].queryset = product.grades.all()  # type: ignore[attr-defined]
        self.fields["node"].queryset = Node.objects.all()  # type: ignore[attr-defined]
        choose_window(self, product)

    def need(self) -> Need:
        """Give the service what was said: yuan as fen."""
        said = {name: self.cleaned_data[name] for name in Need.__slots__ if name in self.cleaned_data}
        said["price_fen_per_kg"] = int(said["price_fen_per_kg"] * _FEN)
        return Need(product=self.product, **said)
