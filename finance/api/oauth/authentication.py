"""How a bank's machine shows its token: with a proof by the token's key, or over TLS with the token's certificate."""

import hashlib
import hmac
from dataclasses import dataclass

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from oauth2_provider.models import get_access_token_model
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from finance.api.oauth.clients import certificate_of, proof_of
from finance.models import TokenBinding
from finance.oauth import ALGORITHMS, Detail, OAuthError
from finance.oauth.details import read_members


@dataclass(frozen=True, slots=True)
class BankToken:
    """What stands behind a request: the client, the key it proved, and for what its token is good."""

    binding: TokenBinding

    @property
    def details(self) -> tuple[Detail, ...]:
        """For what the token is good."""
        return tuple(read_members(one) for one in self.binding.details)


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
        binding = _binding_of(token)
        if binding is None or binding.method != method or not hmac.compare_digest(binding.thumbprint, seen):
            raise AuthenticationFailed("invalid_token: unknown, over, or bound to another key")
        return binding.client.registered_by, BankToken(binding)

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


def _binding_of(token: str) -> TokenBinding | None:
    checksum = hashlib.sha256(token.encode()).hexdigest()
    tokens = get_access_token_model().objects.filter(token_checksum=checksum, expires__gt=timezone.now())
    found = TokenBinding.objects.select_related(
        "client__organisation", "client__registered_by", "client__application"
    ).filter(token__in=tokens, client__revoked_at=None)
    binding = found.first()
    return binding if binding and binding.client.organisation.has_powers else None
