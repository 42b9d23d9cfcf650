"""How machines prove for whom they speak."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.errors import KeyRefusedError
from accounts.models import ApiKey, User
from accounts.queries.keys import key_from


class ApiKeyAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer sy_…`.

    request.auth is the key, request.user the person who made it and answers for it.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Find the key; None where none is shown, AuthenticationFailed where it opens nothing."""
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        key = key_from(text.strip().decode("latin-1"))
        if key is None:
            raise AuthenticationFailed(KeyRefusedError().message)
        return key.created_by, key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Ask for a key, so that who shows none is answered 401."""
        return "Bearer"
