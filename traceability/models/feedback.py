import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import FeedbackKind
from traceability.models.farm import Lot


class Feedback(models.Model):
    """What somebody who holds a lot in hand has to say of it: no account, no record in the log, and erasable."""

    # The id of the form, so that a second press sends nothing. The desk of the maker knows it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the secret by which its writer, and nobody else, reads the answer and takes the words back.
    secret_sha256 = models.CharField(_("SHA-256 of the writer's secret"), max_length=64, blank=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="feedback")
    kind = models.CharField(_("what it is about"), max_length=8, choices=FeedbackKind.choices)
    # Sealed by the vault: people write their names and what ails them. None once they are erased.
    words = models.BinaryField(_("what was written"), null=True)
    contact = models.BinaryField(_("how to reach who wrote it"), null=True)
    sent_at = models.DateTimeField(_("sent at"))
    # Until then, or for a month, the maker cannot erase what is grave.
    regulator_read_at = models.DateTimeField(_("read by a regulator at"), null=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["secret_sha256"], condition=~models.Q(secret_sha256=""), name="feedback_secret_once"
            ),
        ]
        indexes = [models.Index(fields=["lot", "sent_at"], name="feedback_by_lot")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sent_at}"
