"""What the farmer's phone asks and sends: the snapshot that it works from, its key, entries and photos."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Membership
from accounts.queries.memberships import acting_membership
from traceability.api.fieldwork_answers import later, outcome_of, refusal, snapshot
from traceability.errors import InputError, RefusedError
from traceability.events.members import as_object
from traceability.queries.fieldwork import fields_of
from traceability.services.chain import OutboxFullError
from traceability.services.entries import Entry
from traceability.services.keys import NewKey
from traceability.services.phone_entries import PhoneEntry, read_entry
from traceability.services.phone_keys import register_phone
from traceability.services.phone_photos import take_photo
from traceability.services.phone_records import Delivery, Outcome, record_phone_entries
from traceability.services.turns import turn

# What a weak network carries in one breath; the phone sends the rest after it.
MOST_ENTRIES = 50


class PhoneView(APIView):
    """What these endpoints share: a person who is logged in, on a phone of their own."""

    authentication_classes = [SessionAuthentication]
    throttle_scope = "phones"

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep what belongs to one person out of every cache but the phone's own store."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        finished.headers["Cache-Control"] = "no-store"
        return finished


class Snapshot(PhoneView):
    """What the phone keeps in order to work without a network."""

    @extend_schema(operation_id="fieldwork_snapshot", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        """Give plots, last entries, products, stages, and who the reader is in the log."""
        member = _member(request)
        now = timezone.now()
        token = get_token(request._request)  # noqa: SLF001 - CSRF is the plain request's
        return Response({**snapshot(fields_of(member), membership=member, at=now), "csrf": token})


class Key(PhoneView):
    """The phone's key."""

    @extend_schema(operation_id="fieldwork_key", request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Register the key of this phone, which has signed for itself."""
        sent = as_object(request.data, "")
        now = timezone.now()
        key = register_phone(
            # The moment is the server's: a phone whose clock is wrong can still have a key.
            entry=Entry(id=_uuid(sent, "id"), time=now),
            key=NewKey(public=_bytes(sent, "public"), proof=_bytes(sent, "proof"), label=_label(sent)),
            membership=_member(request),
            at=now,
        )
        return Response({"key": key.key_id})


class Entries(PhoneView):
    """What was logged in the field."""

    parser_classes = [JSONParser]

    @extend_schema(operation_id="fieldwork_entries", request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Take entries, each for itself: what is wrong with one never holds up the others."""
        now, member = timezone.now(), _member(request)
        sent = as_object(request.data, "")
        delivery = Delivery(membership=member, at=now, skew_seconds=_skew_seconds(sent, now))
        entries = _list(sent)
        with turn():
            return Response({"server_time": now.isoformat(), "results": _record(entries, delivery)})


class Photo(PhoneView):
    """One photo."""

    throttle_scope = "phone-photos"

    @extend_schema(operation_id="fieldwork_photo", request={"image/jpeg": OpenApiTypes.BINARY}, responses={204: None})
    def put(self, request: Request, sha256: str) -> Response:
        """Take the bytes of a photo that a record of the party names."""
        party = _member(request).organisation
        take_photo(digest=sha256, data=bytes(request.body), party=party, at=timezone.now())
        return Response(status=204)


def _record(sent: Sequence[object], delivery: Delivery) -> list[dict[str, Any]]:
    read = [_read(one) for one in sent]
    entries = [one for one in read if isinstance(one, PhoneEntry)]
    outcomes = iter(record_phone_entries(entries=entries, delivery=delivery))
    found = [next(outcomes) if isinstance(one, PhoneEntry) else one for one in read]
    return [_told(one, outcome) for one, outcome in zip(sent, found, strict=True)]


def _read(sent: object) -> PhoneEntry | InputError:
    try:
        return read_entry(sent)
    except InputError as error:
        return error


def _told(sent: object, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, InputError):
        return refusal(sent, outcome)
    return later(sent, outcome) if isinstance(outcome, OutboxFullError) else outcome_of(outcome)


def _member(request: Request) -> Membership:
    membership = acting_membership(cast("HttpRequest", request))
    assert membership is not None  # noqa: S101 - the permissions let nobody else in
    return membership


def _list(sent: Mapping[str, object]) -> list[object]:
    entries = sent.get("entries")
    if not isinstance(entries, list):
        raise RefusedError("/entries", "not_a_list")
    if len(entries) > MOST_ENTRIES:
        raise RefusedError("/entries", "too_many_items", limit=MOST_ENTRIES)
    return entries


def _skew_seconds(sent: Mapping[str, object], now: datetime) -> int:
    try:
        moment = datetime.fromisoformat(str(sent.get("sent_at")))
        skew = round((moment - now).total_seconds())
    except (TypeError, ValueError) as error:
        raise RefusedError("/sent_at", "not_a_moment") from error
    # What the column holds: some 60 years.
    return max(-(2**31), min(2**31 - 1, skew))


def _label(sent: Mapping[str, object]) -> str:
    return str(sent.get("label", ""))[:60].strip()


def _uuid(sent: Mapping[str, object], name: str) -> UUID:
    try:
        return UUID(str(sent.get(name)))
    except ValueError as error:
        raise RefusedError(f"/{name}", "wrong_format", example="0f8fad5b-d9cb-469f-a165-70867728950e") from error


def _bytes(sent: Mapping[str, object], name: str) -> bytes:
    try:
        return b64decode(str(sent.get(name)), validate=True)
    except Base64Error as error:
        raise RefusedError(f"/{name}", "wrong_format", example="base64") from error
