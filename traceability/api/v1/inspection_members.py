"""Samples, reports, holds and certificates: what may be sent about them, and what readers are told."""

from rest_framework import serializers

from traceability.api.v1.answers import PartyAnswer
from traceability.api.v1.fields import DecimalText, Measured, StrictSerializer
from traceability.api.v1.filters import Filters
from traceability.api.v1.inputs import EntryInput, kilograms, list_of, text
from traceability.models import Hold, Lot, Sample


class SampleInput(EntryInput):
    """A sample of a lot in the party's hands, given to a laboratory."""

    lot = serializers.UUIDField()
    number = serializers.CharField(max_length=60)
    laboratory = serializers.UUIDField(help_text="Id of the laboratory.")
    standard = text(help_text="By which it was taken, such as NY/T 789.")
    kg = kilograms()
    purpose = text(help_text="A code, such as routine.")
    sampler = text(help_text="Stays private.")
    place = text(help_text="Stays private.")


class ResultInput(StrictSerializer):
    """One measured value, or the limit of detection below which it stayed: exactly one of the two."""

    analyte = serializers.CharField(max_length=60)
    unit = serializers.CharField(max_length=20)
    value = Measured(required=False, allow_null=True, default=None, help_text="In the unit named.")
    lod = Measured(required=False, allow_null=True, default=None, help_text="Limit of detection, in the unit named.")
    method = text()


class ReportInput(EntryInput):
    """What a laboratory found in a sample."""

    results = list_of(ResultInput(), allow_empty=False)
    report_no = text()
    signatory = text(help_text="Stays private.")
    conclusion = text(help_text="conforming, non_conforming, or nothing.")
    pdf = serializers.CharField(
        required=False,
        default="",
        help_text="The report itself, a PDF in base64. It is kept beside the log.",
        trim_whitespace=False,
    )


class HoldInput(EntryInput):
    """A lot to hold back."""

    lot = serializers.UUIDField()
    reason = serializers.CharField(max_length=40)
    note = text(1000)


class GroundsInput(EntryInput):
    """Why something ends."""

    reason = serializers.CharField(max_length=40)
    note = text(1000)


class CertificateInput(EntryInput):
    """A conformity certificate for a lot in the party's hands; the words of the promise are the order's."""

    lot = serializers.UUIDField()
    basis = serializers.ListField(child=serializers.CharField(max_length=20), max_length=10)
    product = serializers.CharField(max_length=120)
    kg = DecimalText()
    origin = serializers.CharField(max_length=120)
    contact = serializers.CharField(max_length=60, help_text="A phone number. It stays private.")
    signatory = text(help_text="Stays private.")
    number = serializers.RegexField(
        r"^[0-9A-Za-z][0-9A-Za-z\-/]{0,39}$",
        required=False,
        allow_blank=True,
        default="",
        help_text="Without one we make one.",
    )


class SampleAnswer(serializers.Serializer[Sample]):
    """A sample of a lot that the party made or has in hand, or that it was given as a laboratory."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    number = serializers.CharField()
    laboratory = PartyAnswer()
    taken_on = serializers.DateField()
    reported_on = serializers.DateField(allow_null=True)


class HoldAnswer(serializers.Serializer[Hold]):
    """That a lot is, or was, held back."""

    id = serializers.UUIDField()
    lot = serializers.UUIDField(source="lot_id")
    reason = serializers.CharField()
    party = PartyAnswer(help_text="Who placed it.")
    held_at = serializers.DateTimeField()
    released_at = serializers.DateTimeField(allow_null=True)


class SampleFilters(Filters):
    """Which samples."""

    lot = serializers.UUIDField(required=False)
    number = serializers.CharField(required=False, max_length=60)


class HoldFilters(Filters):
    """Which holds."""

    lot = serializers.UUIDField(required=False)
    in_force = serializers.BooleanField(required=False, allow_null=True, default=None)


class CollectionInput(EntryInput):
    """That a certificate was taken in with the goods."""


class ReportAnswer(SampleAnswer):
    """The sample that was reported on, and whether its lot is held since."""

    held = serializers.SerializerMethodField()

    def get_held(self, sample: Sample) -> bool:
        """Read it as it stands now: the report itself may have held the lot."""
        return Lot.objects.values_list("held", flat=True).get(pk=sample.lot_id)
