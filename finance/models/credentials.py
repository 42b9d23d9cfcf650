"""Certificates that were issued, and the lists in which they are taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.credentials import LIST_BITS


class Credential(models.Model):
    """A certificate of a score for one recipient and purpose, in a farmer's hands. Its document never changes."""

    # In the QR code: random, so that nobody finds a certificate by trying.
    id = models.UUIDField(primary_key=True, editable=False)
    subject = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="credentials")
    consent = models.ForeignKey("finance.Consent", on_delete=models.PROTECT, related_name="credentials")
    score = models.UUIDField(_("score"))
    # The signed document, as it was given out: byte for byte.
    document = models.TextField(_("document"))
    list_number = models.PositiveIntegerField(_("list"))
    # Drawn at random: the order of positions would tell which certificates were made together.
    position = models.PositiveIntegerField(_("position in the list"))
    issued_at = models.DateTimeField(_("issued at"))
    valid_until = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list_number", "position"], name="credential_position_once"),
            models.UniqueConstraint(fields=["consent", "score"], name="credential_of_score_once"),
            models.CheckConstraint(condition=models.Q(position__lt=LIST_BITS), name="credential_position_in_list"),
        ]
        indexes = [models.Index(fields=["subject", "-issued_at"], name="credentials_of_farm")]

    def __str__(self) -> str:
        return f"{self.subject} {self.issued_at}"

    @property
    def entity(self) -> str:
        """Name of this certificate in the log."""
        return f"credential:{self.id}"
