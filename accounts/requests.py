"""What a request is known to bring, once a middleware or a guard has looked at it."""

from django.http import HttpRequest

from accounts.models import Membership, User


class MaybePartyRequest(HttpRequest):
    """A request behind ActingPartyMiddleware."""

    membership: Membership | None


class PartyRequest(HttpRequest):
    """A request of somebody who is logged in and acts for an organisation."""

    user: User
    membership: Membership


class UserRequest(HttpRequest):
    """A request of somebody who is logged in."""

    user: User
