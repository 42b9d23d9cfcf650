import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import FeedbackKind
from traceability.models.farm import Lot


class Feedback(models.Model):
    """What somebody who holds a lot in hand has to say of it: no account, no record in the log, and erasable."""

    # The id of the form, so that a second press sends nothing; and the secret by which its writer reads the answer.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="feedback")
    kind = models.CharField(_("what it is about"), max_length=8, choices=FeedbackKind.choices)
    # Sealed by the vault: people write their names and what ails them. None once they are erased.
    words = models.BinaryField(_("what was written"), null=True)
    contact = models.BinaryField(_("how to reach who wrote it"), null=True)
    sent_at = models.DateTimeField(_("sent at"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["lot", "sent_at"], name="feedback_by_lot")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sent_at}"
