"""Forms of a seller's own customers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.enums import Answer
from orders.models import Node, PresaleOffer
from orders.web.forms import NowForm, kilograms
from traceability.web.fields import number_field


class OrderForm(NowForm):
    """What a customer orders of one offer."""

    kg = kilograms(_("How much"), min_value=Decimal("0.001"))
    node = forms.ModelChoiceField(Node.objects.none(), label=_("Where to"), empty_label=None)
    buyer = forms.CharField(
        label=_("Your name and phone number"),
        max_length=60,
        help_text=_("Only the seller sees them; the public log holds neither."),
    )

    def __init__(self, *args: Any, offer: PresaleOffer, **options: Any) -> None:
        super().__init__(*args, **options)
        reached = Node.objects.filter(lanes_in__origin=offer.ship_region, lanes_in__closed=False)
        self.fields["node"].queryset = reached.distinct()  # type: ignore[attr-defined]


class LessForm(NowForm):
    """How much one would rather have."""

    kg = kilograms(_("How much"), min_value=Decimal("0.001"))


class AnswerForm(NowForm):
    """Yes or no to other goods."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(Answer.ACCEPTED, _("Yes, send it")), (Answer.DECLINED, _("No, give me the money back"))],
        widget=forms.RadioSelect,
    )


class GoodForm(NowForm):
    """That what arrived is good: nothing more is asked."""


class ComplaintForm(NowForm):
    """What is wrong, and how much of the money it is about."""

    fen = number_field(
        _("How much of the price is it about"),
        unit=_("yuan"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Only this part waits until the seller has looked at it; the grower is paid the rest."),
    )
    note = forms.CharField(label=_("What is wrong"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
