"""Sheets of many entries, sent by a machine."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import KeyScope
from accounts.models import Membership
from traceability.api.v1.fields import StrictSerializer
from traceability.api.v1.lists import PartyList, shown
from traceability.api.v1.party_view import PartyView
from traceability.api.v1.recording import IsMaker
from traceability.enums import ImportState, SheetKind
from traceability.models import SheetImport
from traceability.queries.imports import imports_of
from traceability.services.imports import jobs
from traceability.services.imports.jobs import LIMITS, SentSheet


class SheetInput(StrictSerializer):
    """A sheet to check."""

    id = serializers.UUIDField(help_text="Made by the sender. The same again is one sheet.")
    kind = serializers.ChoiceField(SheetKind.choices)
    file = serializers.FileField(help_text="CSV in UTF-8 or GBK, or .xlsx; at most 32 MB and 200,000 rows.")


class ProblemAnswer(serializers.Serializer[Any]):
    """One cell, or a whole row, that breaks a rule."""

    line = serializers.IntegerField(help_text="As the file counts them, from 1.")
    field = serializers.CharField(allow_blank=True, help_text="Empty for the row as a whole.")
    value = serializers.CharField(allow_blank=True)
    rule = serializers.CharField()
    params = serializers.DictField()


class SheetImportAnswer(serializers.Serializer[SheetImport]):
    """A sheet, what is wrong in it, and what was recorded of it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(SheetKind.choices)
    file_name = serializers.CharField()
    state = serializers.ChoiceField(ImportState.choices)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.IntegerField()
    seen = serializers.IntegerField(help_text="Rows that the present step has looked at.")
    good = serializers.IntegerField()
    loaded = serializers.IntegerField()
    totals = serializers.DictField(help_text="What the good rows come to, by unit.")
    ignored = serializers.ListField(child=serializers.CharField())
    problems = ProblemAnswer(many=True)


class SheetImports(PartyList):
    """The sheets of the party."""

    scope = KeyScope.IMPORTS

    permission_classes = [*PartyList.permission_classes, IsMaker]
    parser_classes = [MultiPartParser]
    serializer_class = SheetImportAnswer

    def seen_by(self, membership: Membership) -> QuerySet[SheetImport]:
        """List the party's own."""
        return imports_of(membership)

    @extend_schema(operation_id="imports", responses=SheetImportAnswer(many=True), tags=["imports"])
    def get(self, request: Request) -> Response:
        """List the sheets that the party sent."""
        return self.answer(request)

    @extend_schema(
        operation_id="check_sheet",
        request={"multipart/form-data": SheetInput},
        responses={201: SheetImportAnswer},
        tags=["imports"],
    )
    def post(self, request: Request) -> Response:
        """Send a sheet and have it checked, a short one at once. Nothing is recorded yet."""
        read = SheetInput(data=request.data)
        read.is_valid(raise_exception=True)
        said = read.validated_data
        data = said["file"].read(LIMITS.file_bytes + 1)
        sent = SentSheet(id=said["id"], kind=said["kind"], file_name=said["file"].name, data=data)
        made = jobs.take(sent=sent, membership=self.member, at=timezone.now())
        return Response(SheetImportAnswer(jobs.run_if_short(made, clock=timezone.now)).data, status=201)


class SheetImportDetail(PartyView):
    """One sheet."""

    scope = KeyScope.IMPORTS

    @extend_schema(operation_id="import", responses=SheetImportAnswer, tags=["imports"])
    def get(self, request: Request, import_id: UUID) -> Response:  # noqa: ARG002
        """Give a sheet with its report."""
        return shown(imports_of(self.member), import_id, SheetImportAnswer, self)


class SheetLoading(PartyView):
    """The loading of a checked sheet."""

    scope = KeyScope.IMPORTS

    @extend_schema(operation_id="load_sheet", request=None, responses=SheetImportAnswer, tags=["imports"])
    def post(self, request: Request, import_id: UUID) -> Response:  # noqa: ARG002
        """Record the good rows of a checked sheet; to ask twice is to ask once."""
        found = get_object_or_404(imports_of(self.member), pk=import_id)
        asked = jobs.load(sheet_import=found, membership=self.member, at=timezone.now())
        return Response(SheetImportAnswer(jobs.run_if_short(asked, clock=timezone.now)).data)
