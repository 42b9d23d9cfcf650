"""The forms of this app's own pages."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from accounts.enums import KeyRole, KeyScope, OrganisationKind, Role
from accounts.errors import AccountsError
from accounts.models import User
from accounts.services.organisations import Registration
from accounts.web.fields import CreditCodeField, DivisionCodeField, PhoneField, new_password_field, password_field


def add_refusal(form: forms.Form, error: AccountsError) -> None:
    """Show what a service refused beside the field that it names."""
    field = error.pointer.removeprefix("/")
    form.add_error(field if field in form.fields else None, error.message)


class NameForm(forms.Form):
    """One's own name."""

    name = forms.CharField(label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class OldPasswordForm(forms.Form):
    """A new password, after the old one."""

    old = password_field(_("Present password"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["new"] = new_password_field()

    def clean_old(self) -> str:
        """Refuse a wrong one."""
        old = str(self.cleaned_data["old"])
        if not self.user.check_password(old):
            raise forms.ValidationError(_("The password is wrong."), code="wrong_password")
        return old

    def clean_new(self) -> str:
        """Refuse one that is easily guessed."""
        new = str(self.cleaned_data["new"])
        password_validation.validate_password(new, self.user)
        return new


class NewPasswordForm(OldPasswordForm):
    """A new password for who has just logged in by a code, and may have forgotten the old one."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        del self.fields["old"]


class RegistrationForm(forms.Form):
    """Register an organisation."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.HOUSEHOLD],
        help_text=_("Laboratories, banks, regulators, witnesses and operators wait until the operator confirms them."),
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    credit_code = CreditCodeField(label=_("Unified social credit code"), max_length=18)
    division_code = DivisionCodeField(
        label=_("Division code"),
        max_length=12,
        help_text=_("12 digits, down to the village or street where the organisation sits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )

    def said(self) -> Registration:
        """Give what was typed to the service."""
        return Registration(
            kind=OrganisationKind(self.cleaned_data["kind"]),
            name=self.cleaned_data["name"],
            credit_code=self.cleaned_data["credit_code"],
            division_code=self.cleaned_data["division_code"],
        )


class InvitationForm(forms.Form):
    """Invite somebody."""

    phone = PhoneField()
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.RECORDER)


class RoleForm(forms.Form):
    """Give a member another role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class KeyForm(forms.Form):
    """Make a key for a machine."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Which machine will use it, so that you know which one to revoke.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=KeyRole.choices)
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"),
        choices=KeyScope.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Where you choose nothing, it opens all of these."),
    )


class PrefixForm(forms.Form):
    """A GS1 company prefix to claim."""

    company_prefix = forms.CharField(
        label=_("GS1 company prefix"), max_length=16, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
