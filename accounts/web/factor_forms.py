"""The forms of second factors: django-allauth's logic, our fields."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web.fields import code_field


def _any_code_field() -> forms.CharField:
    return code_field(_("Code from the app, or a recovery code"))


class AuthenticateForm(base.AuthenticateForm):  # type: ignore[misc]
    """Type a code at log-in."""

    code = _any_code_field()


class ReauthenticateForm(base.ReauthenticateForm):  # type: ignore[misc]
    """Type a code before something weighty."""

    code = _any_code_field()


class ActivateTotpForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """Type the first code that the app shows."""

    code = code_field(_("The six digits that the app shows"))


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """Name a passkey; the device does the rest."""

    field_order = ("name", "passwordless", "credential")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=_("Name of the device"), max_length=60, required=False, help_text=_("So that you know it again.")
        )
        self.fields["passwordless"] = forms.BooleanField(
            label=_("Log in by it alone, without password or code"), required=False, initial=True
        )
