"""django-oauth-toolkit's grants and tokens, with what FAPI 2.0 asks for on top: proven clients, bound tokens.

Clients are known before oauthlib is asked (`clients`); it hears who they are through the request's credentials.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.utils import timezone
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauthlib.common import Request
from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.grant_types import AuthorizationCodeGrant, ClientCredentialsGrant
from oauthlib.oauth2.rfc6749.tokens import BearerToken

from finance.models import BankClient, PushedRequest, TokenBinding
from finance.oauth import OAuthError

SCOPE = "farm_score"


@dataclass(frozen=True, slots=True)
class Bound:
    """Who asks for a token, to which key it will be bound, and for what it will be good."""

    client: BankClient
    method: str
    thumbprint: str
    details: list[dict[str, str]]


class BankServer(AuthorizationEndpoint, TokenEndpoint):  # type: ignore[misc]
    """The two grants that there are: a code that a farmer let out, and a client's own credentials. No refreshing."""

    def __init__(self, validator: "BankValidator") -> None:
        """Make the endpoints."""
        code = AuthorizationCodeGrant(validator)
        # A token lives for minutes; for the next one, the client proves itself again.
        code.refresh_token = False
        bearer = BearerToken(validator, expires_in=oauth2_settings.ACCESS_TOKEN_EXPIRE_SECONDS)
        AuthorizationEndpoint.__init__(
            self, default_response_type="code", response_types={"code": code}, default_token_type=bearer
        )
        grants = {"authorization_code": code, "client_credentials": ClientCredentialsGrant(validator)}
        TokenEndpoint.__init__(
            self, default_grant_type="client_credentials", grant_types=grants, default_token_type=bearer
        )


class BankValidator(OAuth2Validator):  # type: ignore[misc]
    """What the toolkit's validator answers otherwise for banks' machines."""

    def authenticate_client(self, request: Request, *_args: object, **_kwargs: object) -> bool:
        """Take the client that has proven itself."""
        request.client = request.extra_credentials["bound"].client.application
        return True

    def client_authentication_required(self, request: Request, *_args: object, **_kwargs: object) -> bool:  # noqa: ARG002
        """Say yes: there are no public clients."""
        return True

    def validate_grant_type(self, *_args: object, **_kwargs: object) -> bool:
        """Let each client use both grants; a code it only gets where it has registered an address."""
        return True

    def validate_response_type(self, _client_id: str, response_type: str, *_args: object, **_kwargs: object) -> bool:
        """Let out codes alone."""
        return response_type == "code"

    def save_authorization_code(
        self, _client_id: str, code: dict[str, str], request: Request, *_args: object, **_kwargs: object
    ) -> None:
        """Keep a code with the request that was pushed for it."""
        grant = self._create_authorization_code(request, code)
        PushedRequest.objects.filter(pk=request.pushed.pk).update(grant=grant)

    def _save_bearer_token(self, token: dict[str, Any], request: Request, *_args: object, **_kwargs: object) -> None:
        bound: Bound = request.extra_credentials["bound"]
        details = _details_of_code(request, bound) if request.grant_type == "authorization_code" else bound.details
        # Set on the token before it is written out: the toolkit knows of bearer tokens only.
        token["token_type"] = "DPoP" if bound.method == "jkt" else "Bearer"
        token["authorization_details"] = details
        # oauthlib copies the credentials that it was given into the answer.
        token.pop("bound")
        expires = timezone.now() + timedelta(seconds=token["expires_in"])
        made = self._create_access_token(expires, request, token)
        TokenBinding.objects.create(
            token=made, client=bound.client, method=bound.method, thumbprint=bound.thumbprint, details=details
        )


@cache
def server() -> BankServer:
    """Give the one server of this process."""
    return BankServer(BankValidator())


def _details_of_code(request: Request, bound: Bound) -> list[dict[str, str]]:
    pushed = PushedRequest.objects.get(grant__code=request.code, client=bound.client)
    if pushed.dpop_jkt and (bound.method, bound.thumbprint) != ("jkt", pushed.dpop_jkt):
        raise OAuthError("invalid_dpop_proof", "the code is bound to another key")
    found: list[dict[str, str]] = pushed.details
    return found
