"""How what is sent becomes a record, once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.parties import acting_member
from accounts.enums import MAKERS
from accounts.models import Organisation
from accounts.queries.memberships import acts_as
from traceability.api.v1.inputs import EntryInput
from traceability.api.v1.party_view import PartyView
from traceability.errors import InputError, RefusedError
from traceability.models import Lot
from traceability.queries.lots import lots_visible_to
from traceability.services.entries import Entry

# What was sent besides the entry's own members, and the entry.
Values = dict[str, Any]
# Where services and the schemas of events say a member stands, and where our sender has put it.
_FLAT = {"/body/": "/", "/commit/": "/"}
_NESTED = {"/content/body/": "/body/", "/commit/": "/private/", "/changes/": "/body/"}


class IsMaker(BasePermission):
    """Lets everybody read, and those kinds of parties write that have a plant's desk."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Look at the kind."""
        return request.method in SAFE_METHODS or acts_as(acting_member(request), *MAKERS)


class RecordingView(PartyView):
    """Takes a record under its sender's id: the same again is answered alike, other content is a conflict."""

    def record(
        self,
        request: Request,
        sent: type[EntryInput],
        answer: type[serializers.Serializer[Any]],
        write: Callable[[Entry, Values], object],
    ) -> Response:
        """Read what was sent, let `write` record it, and answer 201, or 200 where it was recorded before."""
        read = sent(data=request.data)
        read.is_valid(raise_exception=True)
        values = dict(read.validated_data)
        entry = Entry(id=values.pop("id"), time=values.pop("time"))
        repeated = entry.is_known
        with _pointers(_NESTED if "body" in values else _FLAT):
            made = write(entry, values)
        return Response(answer(made, context={"view": self}).data, status=200 if repeated else 201)

    def lot(self, lot_id: UUID, entry: Entry, pointer: str) -> Lot:
        """Find a lot that is named at a pointer; one that was recorded already may have left since."""
        found = Lot.objects.all() if entry.is_known else lots_visible_to(self.member)
        lot = found.filter(pk=lot_id).first()
        if lot is None:
            raise RefusedError(pointer, "unknown_lot")
        return lot


class MakerView(RecordingView):
    """Takes records of those who take goods in, make something of them and send them on."""

    permission_classes = [*RecordingView.permission_classes, IsMaker]


def party(party_id: UUID, pointer: str) -> Organisation:
    """Find a party that is named at a pointer."""
    found = Organisation.objects.filter(public_id=party_id).first()
    if found is None:
        raise RefusedError(pointer, "unknown_party")
    return found


@contextmanager
def _pointers(places: dict[str, str]) -> Iterator[None]:
    """Let errors point at what was sent, and not at the leaf that would have been made of it."""
    try:
        yield
    except InputError as error:
        for theirs, ours in places.items():
            if error.pointer.startswith(theirs):
                error.pointer = ours + error.pointer.removeprefix(theirs)
                break
        raise
