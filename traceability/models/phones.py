from django.db import models
from django.utils.translation import gettext_lazy as _


class PhoneDelivery(models.Model):
    """How an entry came from a phone: when it was saved there, when it arrived, how far the phone's clock was off."""

    record_id = models.UUIDField(_("record"), primary_key=True)
    saved_at = models.DateTimeField(_("saved on the phone at"))
    arrived_at = models.DateTimeField(_("arrived at"))
    # The phone's clock less ours, when it sent; what a slow network adds is in it.
    skew_seconds = models.IntegerField(_("clock ahead by, seconds"))

    def __str__(self) -> str:
        return f"{self.record_id} {self.arrived_at}"


class PhonePhoto(models.Model):
    """A photo that a phone's record names by its hash, and whose bytes travel apart."""

    pk = models.CompositePrimaryKey("record_id", "sha256")
    record_id = models.UUIDField(_("record"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    size = models.PositiveIntegerField(_("bytes"))
    arrived_at = models.DateTimeField(_("arrived at"), null=True)

    def __str__(self) -> str:
        return f"{self.record_id} {self.sha256}"
