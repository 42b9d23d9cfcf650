"""The forms of django-allauth's pages: its logic, our fields."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.web.fields import PhoneField, code_field, new_password_field, password_field


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """Log in by number and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = password_field(_("Password"))
        self.fields["remember"] = forms.BooleanField(
            label=_("Stay logged in: this is my own phone or computer"), required=False
        )


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    """Sign up by number and password."""

    field_order = ("name", "phone", "password1")
    name = forms.CharField(label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(help_text=_("We send a code to this number."))
        self.fields["password1"] = new_password_field()

    def try_save(self, request: HttpRequest) -> Any:
        """Save; who loses a race for the same number is answered as if the account had been there before."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class ConfirmLoginCodeForm(allauth_forms.ConfirmLoginCodeForm):  # type: ignore[misc]
    """Type the code."""

    code = code_field()


class VerifyPhoneForm(allauth_forms.VerifyPhoneForm):  # type: ignore[misc]
    """Type the code that proves a number."""

    code = code_field()

    def clean_code(self) -> str:
        """Refuse a wrong code, and a right one whose account made way for the number's owner meanwhile."""
        code = str(super().clean_code())
        if self.user is None:
            raise get_adapter().validation_error("incorrect_code")
        return code


class ReauthenticateForm(allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """Type the password again before something weighty."""

    password = password_field(_("Password"))
