"""The endpoints for machines: metadata, pushed requests, tokens."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from finance.api.oauth.clients import certificate_of, client_of, issuer_of, proof_of
from finance.api.oauth.server import SCOPE, Bound, server
from finance.enums import Purpose
from finance.models import BankClient
from finance.oauth import ALGORITHMS, Detail, OAuthError, read_details
from finance.oauth.details import TYPE
from finance.services.pushed import LASTS, Pushed, push

PURPOSES = frozenset(set(Purpose.values) - {Purpose.OWN_VIEW})
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PUSHED_MEMBERS = frozenset(
    {
        "authorization_details",
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "dpop_jkt",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    }
)
View = Callable[[HttpRequest], HttpResponse]


def _answers_oauth_errors(view: View) -> View:
    """Answer refusals as OAuth's specifications do (RFC 6749, 5.2)."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except OAuthError as error:
            status = HTTPStatus.UNAUTHORIZED if error.code == "invalid_client" else HTTPStatus.BAD_REQUEST
            return JsonResponse({"error": error.code, "error_description": error.description}, status=status)

    return guarded


@require_safe
@cache_control(public=True, max_age=3600)
def metadata(request: HttpRequest) -> HttpResponse:
    """Describe the server (RFC 8414)."""
    issuer = issuer_of(request)
    return JsonResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": issuer + reverse("oauth:authorize"),
            "token_endpoint": issuer + reverse("oauth:token"),
            "pushed_authorization_request_endpoint": issuer + reverse("oauth:par"),
            "require_pushed_authorization_requests": True,
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "self_signed_tls_client_auth"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "dpop_signing_alg_values_supported": list(ALGORITHMS),
            "tls_client_certificate_bound_access_tokens": True,
            "authorization_response_iss_parameter_supported": True,
            "authorization_details_types_supported": [TYPE],
            "scopes_supported": [SCOPE],
        }
    )


@csrf_exempt
@never_cache
@require_POST
@sensitive_post_parameters("client_assertion")
@_answers_oauth_errors
def par(request: HttpRequest) -> HttpResponse:
    """Keep what a client will ask a farmer for, and give the reference to it."""
    at = timezone.now()
    client = client_of(request, now=int(at.timestamp()))
    proof = proof_of(request, now=int(at.timestamp()))
    asked = _pushed(request, client, key=proof.thumbprint if proof else "")
    address = push(client=client, asked=asked, random=secrets.token_urlsafe(32), at=at)
    answer = {"request_uri": address, "expires_in": int(LASTS.total_seconds())}
    return JsonResponse(answer, status=HTTPStatus.CREATED)


@csrf_exempt
@never_cache
@require_POST
@sensitive_post_parameters("client_assertion", "code", "code_verifier")
@_answers_oauth_errors
def token(request: HttpRequest) -> HttpResponse:
    """Give a token, bound to the key of the client's DPoP proof or to its TLS certificate."""
    now = int(timezone.now().timestamp())
    client = client_of(request, now=now)
    method, thumbprint = _binding(request, now=now)
    kind = request.POST.get("grant_type", "")
    if kind not in {"authorization_code", "client_credentials"}:
        raise OAuthError("unsupported_grant_type", "authorization_code or client_credentials")
    # By a code, a token opens what the farmer was asked for and nothing else.
    details = _details(request) if kind == "client_credentials" else ()
    bound = Bound(client, method, thumbprint, [one.members() for one in details])
    # A code that was exchanged twice at the same moment must leave no second token behind.
    with transaction.atomic():
        _headers, body, status = server().create_token_response(
            request.build_absolute_uri(), "POST", request.POST.dict(), {}, {"bound": bound}
        )
        transaction.set_rollback(status != HTTPStatus.OK)
    return HttpResponse(body, status=status, headers={"Content-Type": "application/json", "Pragma": "no-cache"})


def _binding(request: HttpRequest, *, now: int) -> tuple[str, str]:
    proof = proof_of(request, now=now)
    if proof:
        return "jkt", proof.thumbprint
    seen = certificate_of(request)
    if seen:
        return "x5t#S256", seen
    raise OAuthError("invalid_dpop_proof", "a token is bound to a key: send a DPoP proof")


def _details(request: HttpRequest) -> tuple[Detail, ...]:
    return read_details(request.POST.get("authorization_details", ""), purposes=PURPOSES)


def _pushed(request: HttpRequest, client: BankClient, *, key: str) -> Pushed:
    sent = request.POST
    if unknown := set(sent) - _PUSHED_MEMBERS:
        # Also `request_uri`, which must not be pushed (RFC 9126, 2.1).
        raise OAuthError("invalid_request", f"not taken here: {', '.join(sorted(unknown))[:100]}")
    if sent.get("response_type") != "code" or sent.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "`response_type` is code, `code_challenge_method` is S256")
    if not _CHALLENGE.fullmatch(sent.get("code_challenge", "")):
        raise OAuthError("invalid_request", "`code_challenge` is the SHA-256 of the verifier, base64url")
    # As it was registered, character for character: no wildcard, no prefix.
    if sent.get("redirect_uri") not in client.application.redirect_uris.split():
        raise OAuthError("invalid_request", "`redirect_uri` is not registered")
    if len(sent.get("state", "")) > 500 or (key and sent.get("dpop_jkt", key) != key):
        raise OAuthError("invalid_request", "`state` is too long, or `dpop_jkt` names another key than the proof")
    return Pushed(
        redirect_uri=sent["redirect_uri"],
        code_challenge=sent["code_challenge"],
        details=_details(request),
        state=sent.get("state", ""),
        dpop_jkt=sent.get("dpop_jkt", key)[:43],
    )
