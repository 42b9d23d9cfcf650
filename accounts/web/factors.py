"""Second factors: django-allauth's pages, after which other devices are logged out."""

from typing import TYPE_CHECKING, Any

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpResponse
from django.urls import reverse_lazy

from accounts.queries.factors import must_have_factor
from accounts.requests import PartyRequest
from accounts.services.sessions import end_other_sessions

if TYPE_CHECKING:
    from django.views.generic.edit import FormView

    View = FormView[Any]
else:
    View = object


class EndsOtherSessions(View):
    """Whoever was logged in before was let in by less, or by what no longer holds (ASVS V7.4.3)."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Do what the page is for, then end the other log-ins."""
        response = super().form_valid(form)
        end_other_sessions(user=self.request.user, keep=self.request.session.session_key)  # type: ignore[arg-type]
        return response


class Factors(base.IndexView):  # type: ignore[misc]
    """Show what stands beside the password."""

    request: PartyRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say as well whether one must have a factor."""
        must = must_have_factor(user=self.request.user, membership=self.request.membership)
        return {**super().get_context_data(**kwargs), "must_have_factor": must}


class ActivateTotp(EndsOtherSessions, totp.ActivateTOTPView):  # type: ignore[misc]
    """Set up an authenticator app."""


class DeactivateTotp(EndsOtherSessions, totp.DeactivateTOTPView):  # type: ignore[misc]
    """Take the app away."""


class AddPasskey(EndsOtherSessions, webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Set up a passkey."""


class RemovePasskey(EndsOtherSessions, webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away."""

    success_url = reverse_lazy("mfa_index")


class NewRecoveryCodes(EndsOtherSessions, codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Draw new codes; the old ones open nothing more."""
