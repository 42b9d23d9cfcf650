"""Who may be logged in."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.kept_queries import KeptQuery
from accounts.models import User
from accounts.queries.demonstration import without_the_cast

# Asked at each request of who is logged in.
_ANYBODY = KeptQuery(lambda marks: User.objects.filter(pk=marks.number()))
_NOT_OF_THE_CAST = KeptQuery(lambda marks: without_the_cast().filter(pk=marks.number()))


class PhoneBackend(AuthenticationBackend):  # type: ignore[misc]
    """Lets people in by phone and password, but the cast of a demonstration only where DEMO is set.

    A database may come from a demonstration: its cast, staff included, has a password that everybody knows.
    """

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Tell whether a user may log in by password."""
        may = bool(super().user_can_authenticate(user))
        return may and user is not None and (settings.DEMO or without_the_cast().filter(pk=user.pk).exists())

    def get_user(self, user_id: int) -> User | None:
        """Find whom a session is of: asked at each request, so that it also ends what a demonstration began."""
        found = (_ANYBODY if settings.DEMO else _NOT_OF_THE_CAST).first(user_id)
        return found if found and super().user_can_authenticate(found) else None
