from django.urls import path

from accounts.web import keys, me, members, parties, prefixes, sessions

app_name = "accounts"
urlpatterns = [
    path("", parties.parties, name="parties"),
    path("new/", parties.register, name="register"),
    path("<int:organisation_id>/act/", parties.act_for, name="act_for"),
    path("invitations/<int:invitation_id>/accept/", parties.accept, name="accept"),
    path("invitations/<int:invitation_id>/decline/", parties.decline, name="decline"),
    path("invitations/<int:invitation_id>/withdraw/", members.withdraw, name="withdraw"),
    path("members/", members.members, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/<int:member_id>/role/", members.change_role, name="change_role"),
    path("members/<int:member_id>/remove/", members.remove, name="remove"),
    path("keys/new/", keys.create, name="create_key"),
    path("keys/<int:key_id>/revoke/", keys.revoke, name="revoke_key"),
    path("prefixes/new/", prefixes.claim, name="claim_prefix"),
    path("me/", me.me, name="me"),
    path("me/password/", me.password, name="password"),
    path("me/sessions/", sessions.sessions, name="sessions"),
    path("me/sessions/end/", sessions.end_other_sessions, name="end_other_sessions"),
    path("me/sessions/<int:session_number>/end/", sessions.end_session, name="end_session"),
]
