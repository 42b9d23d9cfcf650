"""How django-allauth reaches our users, their phone numbers and the text messages."""

import logging
from typing import Any, ClassVar, cast

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.backends import PhoneBackend
from accounts.models import User
from accounts.services.users import make_way, prove_phone
from accounts.sms import sender
from accounts.web.fields import PhoneField

logger = logging.getLogger("suyuan.entrance")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An account counts once its number is proven: one that was only begun is nowhere to be found."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "phone_password_mismatch": gettext_lazy("The phone number or the password is wrong."),
        "incorrect_code": gettext_lazy("This code is wrong. Take the newest one that you received."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "enter_current_password": gettext_lazy("The password is wrong."),
        "phone_taken": gettext_lazy("This number cannot be used."),
        "too_many_login_attempts": gettext_lazy("Too many attempts. Wait some minutes, then try again."),
        "rate_limited": gettext_lazy("Too many attempts. Wait some minutes, then try again."),
        "same_as_current": gettext_lazy("This is the number that you have now."),
    }

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        """Give the field by which forms ask for a number."""
        return PhoneField(**kwargs)

    def save_user(self, request: HttpRequest, user: User, form: forms.Form, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Save who signs up, in the place of whoever began with this number before and never proved it."""
        user.name = form.cleaned_data.get("name", "")
        user.phone = form.cleaned_data["phone"]
        make_way(phone=user.phone)
        return cast("User", super().save_user(request, user, form, commit=commit))

    def pre_login(self, request: HttpRequest, user: User, **said: Any) -> HttpResponse | None:
        """Turn away whom our backend would not know at the next request, however they proved who they are."""
        turned_away = super().pre_login(request, user, **said)
        if turned_away is None and PhoneBackend().get_user(user.pk) is None:
            return cast("HttpResponse", self.respond_user_inactive(request, user))
        return cast("HttpResponse | None", turned_away)

    def post_login(self, request: HttpRequest, user: User, **said: Any) -> HttpResponse:
        """Tell the log who came in, by pseudonym."""
        logger.info("logged in", extra={"actor": str(user.public_id)})
        return cast("HttpResponse", super().post_login(request, user, **said))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the log that somebody did not; neither what they typed nor whose number it was."""
        logger.warning("log-in failed")
        super().authentication_failed(request, **credentials)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        """Give a user's number and whether it is proven."""
        return user.phone, user.phone_verified

    def set_phone(self, user: User, phone: str, verified: bool) -> None:  # noqa: FBT001
        """Give a user a number."""
        make_way(phone=phone) if phone != user.phone else None
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        """Note that the user has the number."""
        proven = prove_phone(user=user, phone=phone, at=timezone.now())
        user.phone, user.phone_verified = proven.phone, proven.phone_verified

    def get_user_by_phone(self, phone: str) -> User | None:
        """Find who has proven to have the number."""
        return User.objects.filter(phone=phone, phone_verified=True).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **_kwargs: Any) -> None:  # noqa: ARG002
        """Send a code."""
        text = _("%(code)s is your code for Suyuan, good for 3 minutes. Give it to nobody: we never ask for it.")
        sender().send(phone=phone, text=text % {"code": code})

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell the owner of a number that it has an account; the page tells a stranger nothing."""
        text = _("This number has an account at Suyuan. Log in with your password, or with a code.")
        sender().send(phone=phone, text=text)
