from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.enums import Role
from accounts.errors import AccountsError
from accounts.queries.invitations import invitations_of
from accounts.queries.keys import keys_of
from accounts.queries.memberships import may_manage, members_of
from accounts.queries.prefixes import prefixes_of
from accounts.requests import PartyRequest
from accounts.services import invitations, memberships
from accounts.web.access import acts_for_party, asks_again, manages_party
from accounts.web.forms import InvitationForm, RoleForm, add_refusal
from accounts.web.limits import check_rate


@acts_for_party
def members(request: PartyRequest) -> HttpResponse:
    """Show who belongs to the organisation and which machines speak for it."""
    organisation = request.membership.organisation
    context = {
        "organisation": organisation,
        "manages": may_manage(request.membership),
        "members": members_of(organisation),
        "invitations": invitations_of(organisation),
        "keys": keys_of(organisation),
        "prefixes": prefixes_of(organisation),
        "roles": Role.choices,
    }
    return render(request, "accounts/members.html", context)


@manages_party
@asks_again
def invite(request: PartyRequest) -> HttpResponse:
    """Invite somebody by phone number."""
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        check_rate(request, "invite_by", str(request.user.pk))
        check_rate(request, "invite_for", str(request.membership.organisation_id))
        check_rate(request, "invite_to", form.cleaned_data["phone"])
        try:
            invitations.invite(
                by=request.membership,
                phone=form.cleaned_data["phone"],
                role=Role(form.cleaned_data["role"]),
                at=timezone.now(),
            )
            return redirect("accounts:members")
        except AccountsError as error:
            add_refusal(form, error)
    return render(request, "accounts/invite.html", {"form": form})


@manages_party
@require_POST
def withdraw(request: PartyRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_object_or_404(invitations_of(request.membership.organisation), pk=invitation_id)
    invitations.withdraw_invitation(invitation=invitation, by=request.membership)
    return redirect("accounts:members")


@manages_party
@require_POST
@asks_again
def change_role(request: PartyRequest, member_id: int) -> HttpResponse:
    """Give a member another role."""
    member = get_object_or_404(members_of(request.membership.organisation), pk=member_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            role = Role(form.cleaned_data["role"])
            memberships.change_role(member=member, role=role, by=request.membership, at=timezone.now())
        except AccountsError as error:
            messages.error(request, error.message)
    return redirect("accounts:members")


@acts_for_party
@require_POST
def remove(request: PartyRequest, member_id: int) -> HttpResponse:
    """Remove a member, or leave."""
    member = get_object_or_404(members_of(request.membership.organisation), pk=member_id)
    try:
        memberships.remove_member(member=member, by=request.membership, at=timezone.now())
    except AccountsError as error:
        messages.error(request, error.message)
    return redirect("accounts:parties" if member.user == request.user else "accounts:members")
