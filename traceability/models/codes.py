import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import CopySign
from traceability.models.farm import Lot


class CodeBatch(models.Model):
    """Serial numbers that were drawn together for single bags of a lot."""

    # The id of the form that asked for it, so that a second press draws nothing.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="code_batches")
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="code_batches")
    made_at = models.DateTimeField(_("made at"))

    def __str__(self) -> str:
        return f"{self.lot} {self.made_at}"


class BagCode(models.Model):
    """The serial number of one bag, and how often it was scanned. Of those who scan nothing is kept."""

    batch = models.ForeignKey(CodeBatch, on_delete=models.PROTECT, related_name="codes")
    gtin = models.CharField(_("GTIN"), max_length=14)
    # The database tells letters apart by case and by nothing else, as GS1 does.
    serial = models.CharField(_("serial number"), max_length=20, db_collation="C")
    scans = models.PositiveIntegerField(_("scans"), default=0)
    # To the minute.
    first_scanned_at = models.DateTimeField(_("first scanned at"), null=True)
    # The hour of the newest scan, and how many fell into it.
    scan_hour = models.DateTimeField(_("hour of the newest scan"), null=True)
    scans_in_hour = models.PositiveIntegerField(_("scans in that hour"), default=0)
    # When its maker said that the bag is no more: opened, taken back, spoiled.
    ended_at = models.DateTimeField(_("ended at"), null=True)
    copy_sign = models.CharField(_("looks copied"), max_length=5, choices=CopySign.choices, blank=True)
    flagged_at = models.DateTimeField(_("flagged at"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gtin", "serial"], name="bag_code_once")]
        indexes = [
            models.Index(fields=["batch"], condition=~models.Q(copy_sign=""), name="bag_code_flagged"),
        ]

    def __str__(self) -> str:
        return self.serial
