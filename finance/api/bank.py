"""What banks' machines ask and say (docs/guides/banks.md)."""

import json
import secrets
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.throttles import Throttle
from finance.api.members import NoticeAnswer, PostingAnswer, PostingInput, QueryAnswer, QueryInput, RefusalAnswer
from finance.api.oauth.authentication import BankTokenAuthentication
from finance.api.oauth.clients import issuer_of
from finance.credential_key import origin
from finance.credentials import LIST_BITS
from finance.enums import PostingKind, Purpose
from finance.models import BankNotice
from finance.oauth import Detail, OAuthError, verify_detached
from finance.oauth.details import read_members
from finance.queries.tokens import BankToken
from finance.services import answering, answers, loans
from finance.services.answers import Asked, Asker
from finance.services.credentials import Place
from traceability.errors import RefusedError
from traceability.ledger import canonicalize
from traceability.services.entries import Entry

_MOST_NOTICES = 100


# What each answer may be besides 200, as docs/guides/banks.md explains them.
_REFUSED = {(status, "application/problem+json"): RefusalAnswer for status in (401, 403, 429, 503)}
_BY_RULE = _REFUSED | {(status, "application/problem+json"): RefusalAnswer for status in (400, 404, 409, 413, 415, 422)}


class HasBankToken(BasePermission):
    """Lets in machines with a token of their own."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Look for the token."""
        return isinstance(request.auth, BankToken)


class ClientThrottle(Throttle):
    """Counts what one client asks. While the cache is down nobody counts; but then no proof is taken (`proof_of`)."""

    def asker(self, request: Request) -> str | None:
        """Name the client; who has no token is turned away anyhow."""
        return str(request.auth.client) if isinstance(request.auth, BankToken) else None


class BankView(APIView):
    """Lets in banks' machines by their tokens alone: no session, no key of the other API."""

    authentication_classes = [BankTokenAuthentication]
    permission_classes = [HasBankToken]
    throttle_classes = [ClientThrottle]
    throttle_scope = "bank"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep what belongs to one bank out of caches."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers["Cache-Control"] = "no-store"
        return finished

    @property
    def asker(self) -> Asker:
        """Who asks, as the audit row names it."""
        token = self._token
        if token.member is None:
            raise PermissionDenied("who registered this client has left the bank; register it anew")
        return Asker(membership=token.member, client_id=token.client_id, key_thumbprint=token.thumbprint)

    def detail_of(self, consent_id: UUID) -> Detail:
        """Find what the token says of a consent. Raises PermissionDenied where it says nothing."""
        details = map(read_members, self._token.details)
        found = next((one for one in details if one.consent_id == consent_id), None)
        if found is None:
            raise PermissionDenied("insufficient_authorization: the token is for other consents")
        return found

    @property
    def _token(self) -> BankToken:
        token = self.request.auth
        assert isinstance(token, BankToken)  # noqa: S101 - the permission has looked
        return token


class Queries(BankView):
    """Queries by consent."""

    @extend_schema(
        operation_id="bank_query", request=QueryInput, responses={200: QueryAnswer, **_BY_RULE}, tags=["bank"]
    )
    def post(self, request: Request) -> Response:
        """Ask by a consent. The query is written down whether it is answered or not, and the farmer sees it."""
        read = QueryInput(data=request.data)
        read.is_valid(raise_exception=True)
        sent, at = read.validated_data, timezone.now()
        detail = self.detail_of(sent["consent_id"])
        answering.check_checkpoint(sent.get("known_tree_size"))
        asked = Asked(
            consent_ref=detail.consent_id,
            purpose=Purpose(detail.purpose),
            loan_ref=detail.loan_ref,
            categories=tuple(sent["categories"]),
        )
        place = Place(origin=origin(issuer_of(request)), position=secrets.randbelow(LIST_BITS))
        shown = answering.ask(asker=self.asker, asked=asked, place=place, entry=Entry(id=sent["id"], time=at), at=at)
        return Response(_told(shown))


class Evidence(BankView):
    """The evidence of an answer."""

    @extend_schema(operation_id="bank_evidence", responses={200: OpenApiTypes.OBJECT, **_BY_RULE}, tags=["bank"])
    def get(self, request: Request, query_id: UUID) -> HttpResponse:  # noqa: ARG002
        """Give the file from which the score of a query is recomputed, byte for byte."""
        at = timezone.now()
        made = answers.evidence(asker=self.asker, query_id=query_id, entry=Entry(id=uuid4(), time=at), at=at)
        return HttpResponse(made, content_type="application/json")


class Postings(BankView):
    """What banks say of loans."""

    @extend_schema(
        operation_id="bank_posting", request=PostingInput, responses={200: PostingAnswer, **_BY_RULE}, tags=["bank"]
    )
    def post(self, request: Request) -> Response:
        """Take what a bank says of a loan; the same posting again is answered alike."""
        read = PostingInput(data=request.data)
        read.is_valid(raise_exception=True)
        sent = dict(read.validated_data)
        self._check_signed(request)
        posting = loans.Posting(consent_ref=sent.pop("consent_id"), **{**sent, "kind": PostingKind(sent["kind"])})
        made = loans.post(posting=posting, asker=self.asker, at=timezone.now())
        return Response(PostingAnswer(made).data)

    def _check_signed(self, request: Request) -> None:
        """Check the signature over what was sent, as it was sent. Raises RefusedError."""
        sent: dict[str, Any] = dict(request.data)
        said = {name: value for name, value in sent.items() if name != "signature"}
        try:
            verify_detached(sent["signature"], canonicalize(said), self._token.key_set)
        except OAuthError as error:
            raise RefusedError("/signature", "posting_unsigned", reason=error.description) from error


class Notices(BankView):
    """What a bank must know without having asked."""

    @extend_schema(operation_id="bank_notices", responses={200: NoticeAnswer(many=True), **_REFUSED}, tags=["bank"])
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """Give the newest hundred: consents that were taken back, scores that were corrected. They count as read."""
        own = BankNotice.objects.filter(bank=self._token.bank)
        with transaction.atomic():
            found: Any = list(own.order_by("-created_at", "-pk")[:_MOST_NOTICES])
            own.filter(pk__in=[one.pk for one in found], read_at=None).update(read_at=timezone.now())
        return Response(NoticeAnswer(found, many=True).data)


def _told(shown: answering.Shown) -> dict[str, Any]:
    row = shown.answer.row
    checkpoint = {"tree_size": row.tree_size, "root_sha256": bytes(row.tree_root).hex()} if row.tree_root else None
    document = json.loads(shown.credential.document) if shown.credential else None
    names = ("answer", "score", "grade", "range", "reasons", "strengths", "features")
    said = {name: getattr(shown, name) for name in names}
    told: Any = {**said, "document": document, "checkpoint": checkpoint}
    return dict(QueryAnswer(told).data)
