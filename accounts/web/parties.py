from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import AccountsError
from accounts.models import Membership
from accounts.queries.invitations import invitations_to
from accounts.queries.memberships import SESSION_KEY, memberships_of
from accounts.requests import UserRequest
from accounts.services import invitations, organisations
from accounts.web.forms import RegistrationForm, add_refusal


@login_required
def parties(request: UserRequest) -> HttpResponse:
    """Show for whom one may act, and what one is invited to."""
    context = {"memberships": memberships_of(request.user), "invitations": invitations_to(request.user)}
    return render(request, "accounts/parties.html", context)


@login_required
@require_POST
def act_for(request: UserRequest, organisation_id: int) -> HttpResponse:
    """Act for another organisation from now on."""
    membership = get_object_or_404(memberships_of(request.user), organisation_id=organisation_id)
    return _acting(request, membership)


@login_required
def register(request: UserRequest) -> HttpResponse:
    """Register an organisation."""
    form = RegistrationForm(request.POST or None)
    if form.is_valid():
        try:
            membership = organisations.register_organisation(user=request.user, said=form.said(), at=timezone.now())
            return _acting(request, membership)
        except AccountsError as error:
            add_refusal(form, error)
    return render(request, "accounts/register.html", {"form": form})


@login_required
@require_POST
def accept(request: UserRequest, invitation_id: int) -> HttpResponse:
    """Accept an invitation and act for that organisation."""
    invitation = get_object_or_404(invitations_to(request.user), pk=invitation_id)
    return _acting(request, invitations.accept_invitation(invitation=invitation, user=request.user))


@login_required
@require_POST
def decline(request: UserRequest, invitation_id: int) -> HttpResponse:
    """Decline an invitation."""
    invitation = get_object_or_404(invitations_to(request.user), pk=invitation_id)
    invitations.decline_invitation(invitation=invitation, user=request.user)
    return redirect("accounts:parties")


def _acting(request: UserRequest, membership: Membership) -> HttpResponse:
    request.session[SESSION_KEY] = membership.organisation_id
    messages.success(request, _("You act for %(name)s now.") % {"name": membership.organisation.name})
    return redirect("home")
