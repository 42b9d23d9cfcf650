"""Form fields that read what people type into what is kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import codes, phones
from accounts.errors import AccountsError

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _read(parse: Callable[[str], str], text: str) -> str:
    try:
        return parse(text)
    except AccountsError as error:
        raise ValidationError(error.message, code=error.rule) from error


class PhoneField(forms.CharField):
    """A mobile number, typed as people do, in E.164 when it is clean."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "tel", "autocomplete": "tel"}
        defaults = {"label": _("Phone number"), "max_length": 32, "widget": forms.TextInput(attrs=attrs)}
        super().__init__(**{**defaults, **kwargs})

    def clean(self, value: Any) -> str:
        """Read the number; raises ValidationError."""
        text = super().clean(value)
        return _read(phones.parse, text) if text else ""


class CreditCodeField(forms.CharField):
    """A unified social credit code."""

    def clean(self, value: Any) -> str:
        """Read the code; raises ValidationError."""
        text = super().clean(value)
        return _read(codes.credit_code, text) if text else ""


class DivisionCodeField(forms.CharField):
    """The code of a division, from province to village."""

    def clean(self, value: Any) -> str:
        """Read the code; raises ValidationError."""
        text = super().clean(value)
        return _read(codes.division_code, text) if text else ""


def password_field(label: "StrOrPromise") -> forms.CharField:
    """Make a field for the password that one has."""
    widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
    return forms.CharField(label=label, strip=False, max_length=128, widget=widget)


def new_password_field() -> forms.CharField:
    """Make a field for a password that one chooses."""
    return forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=128,
        help_text=_("At least 8 characters. Four words that you remember are better than one that you do not."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def code_field(label: "StrOrPromise" = "") -> forms.CharField:
    """Make a field for a code from a text message, which phones fill in by themselves, or from an app."""
    attrs = {"inputmode": "numeric", "autocomplete": "one-time-code"}
    return forms.CharField(label=label or _("Code"), max_length=12, widget=forms.TextInput(attrs=attrs))
