"""Who asks the authorization server: a machine that signs an assertion, or shows its TLS certificate to the front."""

import hmac

from django.conf import settings
from django.http import HttpRequest

from finance.models import BankClient
from finance.oauth import ASSERTION_TYPE, OAuthError, Proof, client_named_in, read_assertion, read_proof
from finance.oauth.assertion import LIFE_SECONDS, SKEW_SECONDS
from finance.oauth.dpop import FAST_SECONDS, OLD_SECONDS
from finance.services.once import use_once


def issuer_of(request: HttpRequest) -> str:
    """Name the authorization server: the address of this site."""
    return request.build_absolute_uri("/").rstrip("/")


def client_of(request: HttpRequest, *, now: int) -> BankClient:
    """Find out which client sends a form. Raises OAuthError."""
    text = request.POST.get("client_assertion", "")
    if text:
        return _by_assertion(text, request, now=now)
    client = _client(request.POST.get("client_id", ""))
    seen = certificate_of(request)
    if not seen or not client.cert_thumbprint or not hmac.compare_digest(seen, client.cert_thumbprint):
        raise OAuthError("invalid_client", "neither an assertion nor a certificate that is registered")
    return client


def certificate_of(request: HttpRequest) -> str:
    """Give the thumbprint of the client's certificate, as the front says it; empty where no front is believed."""
    header = settings.BANK_CERT_HEADER
    seen = request.headers.get(header, "") if header else ""
    return seen if seen.isascii() and len(seen) == 43 else ""


def proof_of(request: HttpRequest, *, now: int, token: str | None = None) -> Proof | None:
    """Check the DPoP proof of a request, which counts once; None where there is none. Raises OAuthError."""
    text = request.headers.get("DPoP")
    if text is None:
        return None
    # Without the query: the proof names none (RFC 9449, 4.2).
    url = request.build_absolute_uri(request.path)
    proof = read_proof(text, method=str(request.method), url=url, now=now, token=token)
    if not use_once("dpop", proof.thumbprint, proof.id, seconds=OLD_SECONDS + FAST_SECONDS):
        raise OAuthError("invalid_dpop_proof", "this proof was used before (`jti`)")
    return proof


def _by_assertion(text: str, request: HttpRequest, *, now: int) -> BankClient:
    if request.POST.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError("invalid_client", f"`client_assertion_type` is {ASSERTION_TYPE}")
    try:
        client = _client(client_named_in(text))
        client_id = client.application.client_id
        name = read_assertion(text, client_id=client_id, key_set=client.key_set, issuer=issuer_of(request), now=now)
    except OAuthError as error:
        raise OAuthError("invalid_client", error.description) from error
    if request.POST.get("client_id", client_id) != client_id:
        raise OAuthError("invalid_client", "`client_id` is another client's")
    if not use_once("assertion", client_id, name, seconds=LIFE_SECONDS + 2 * SKEW_SECONDS):
        raise OAuthError("invalid_client", "this assertion was used before (`jti`)")
    return client


def _client(client_id: str) -> BankClient:
    found = BankClient.objects.select_related("application", "organisation", "registered_by").filter(
        application__client_id=client_id, revoked_at=None
    )
    client = found.first()
    if client is None or not client.organisation.has_powers:
        raise OAuthError("invalid_client", "no such client")
    return client
