"""Whom a farm lets log for it: seen, allowed, taken back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.enums import OrganisationKind
from accounts.errors import AccountsError
from accounts.models import Organisation
from accounts.queries.organisations import with_powers
from accounts.queries.stand_ins import farms_helped_by, helpers_of
from accounts.requests import PartyRequest
from accounts.services.stand_ins import allow_number, allow_party, revoke_helper
from accounts.web.access import manages_party


class StandInForm(forms.Form):
    """Who may log: a person by number, or the technicians of a cooperative."""

    phone = forms.CharField(
        label=gettext_lazy("Phone number of a person"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    party = forms.ModelChoiceField(
        label=gettext_lazy("Or a cooperative"), queryset=Organisation.objects.none(), required=False
    )

    def __init__(self, *args: Any, farm: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        parties = with_powers(OrganisationKind.COOPERATIVE).exclude(pk=farm.pk).order_by("name")
        self.fields["party"].queryset = parties  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Take one of the two; raises ValidationError."""
        said = super().clean() or self.cleaned_data
        if bool(said.get("phone")) == bool(said.get("party")):
            raise ValidationError(_("Name a person or a cooperative."), code="one_of_two")
        return said


@manages_party
def stand_ins(request: PartyRequest) -> HttpResponse:
    """Show who may log for the farm and for whom the reader may, and allow somebody."""
    farm = request.membership.organisation
    form = StandInForm(request.POST or None, farm=farm)
    if form.is_valid() and _allow(request, form):
        return redirect("fields:stand_ins")
    context = {"form": form, "helpers": helpers_of(farm), "farms": farms_helped_by(request.membership)}
    return render(request, "traceability/fieldwork/stand_ins.html", context)


@manages_party
@require_POST
def revoke(request: PartyRequest, helper_id: int) -> HttpResponse:
    """Take a consent back."""
    helper = get_object_or_404(helpers_of(request.membership.organisation), pk=helper_id)
    revoke_helper(helper=helper, by=request.membership, at=timezone.now())
    messages.success(request, _("Taken back. What they logged stays."))
    return redirect("fields:stand_ins")


def _allow(request: PartyRequest, form: StandInForm) -> bool:
    said, by, at = form.cleaned_data, request.membership, timezone.now()
    try:
        if said["party"]:
            allow_party(party=said["party"], by=by, at=at)
        else:
            allow_number(phone=said["phone"], by=by, at=at)
    except AccountsError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, _("Allowed. What they log for you shows their name beside yours."))
    return True
