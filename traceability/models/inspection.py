from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import HoldReason
from traceability.models.farm import Lot


class Hold(models.Model):
    """That somebody who may keeps a lot from being used or passed on, until it is released."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(_("reason"), max_length=12, choices=HoldReason.choices)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="holds")
    held_at = models.DateTimeField(_("held at"))
    released_at = models.DateTimeField(_("released at"), null=True)

    class Meta:
        indexes = [
            models.Index(fields=["lot"], name="hold_in_force", condition=models.Q(released_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.lot_id}: {self.reason}"
