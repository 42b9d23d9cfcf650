"""How a bank's machine shows its token: with a proof by the token's key, or over TLS with the token's certificate."""

import hmac

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from finance.api.oauth.clients import certificate_of, proof_of
from finance.oauth import ALGORITHMS, OAuthError
from finance.queries.tokens import BankToken, token_standing


class BankTokenAuthentication(BaseAuthentication):
    """Reads `Authorization: DPoP <token>` with its proof, or `Bearer <token>` bound to a TLS certificate."""

    def authenticate(self, request: Request) -> tuple[User, BankToken] | None:
        """Find the token; None where none is shown, AuthenticationFailed where it opens nothing."""
        scheme, _, text = get_authorization_header(request).partition(b" ")
        method = {b"dpop": "jkt", b"bearer": "x5t#S256"}.get(scheme.lower())
        if method is None:
            return None
        token = text.strip().decode("latin-1")
        try:
            seen = self._proven(request, token, method)
        except OAuthError as error:
            raise AuthenticationFailed(str(error)) from error
        found = token_standing(token, at=timezone.now())
        if found is None or found.method != method or not hmac.compare_digest(found.thumbprint, seen):
            raise AuthenticationFailed("invalid_token: unknown, over, or bound to another key")
        return found.person, found

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Ask for a proof (RFC 9449, 7.1)."""
        return f'DPoP algs="{" ".join(ALGORITHMS)}"'

    def _proven(self, request: Request, token: str, method: str) -> str:
        if method == "x5t#S256":
            return certificate_of(request._request)  # noqa: SLF001 - what the front has set
        proof = proof_of(request._request, now=int(timezone.now().timestamp()), token=token)  # noqa: SLF001
        if proof is None:
            raise OAuthError("invalid_dpop_proof", "there is none")
        return proof.thumbprint


class BankTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Found by drf-spectacular once this module is imported."""

    target_class = "finance.api.oauth.authentication.BankTokenAuthentication"
    name = "bank"

    def get_security_definition(self, auto_schema: object) -> dict[str, object]:  # noqa: ARG002
        """Describe the header; OpenAPI knows no scheme for DPoP."""
        return {
            "type": "http",
            "scheme": "DPoP",
            "description": "Token of /oauth/token, with a header DPoP (RFC 9449).",
        }
