"""What farmers hold to be wrong."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import DisputeState


class Dispute(models.Model):
    """A farm says that a figure of its score, or a record behind it, is wrong: answered in 20 days (条例, art. 25)."""

    id = models.UUIDField(primary_key=True, editable=False)
    subject = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="credit_disputes")
    # The score that shows it; and which figure, or which record of the log, is meant.
    score = models.UUIDField(_("score"), null=True)
    feature = models.CharField(_("figure"), max_length=40, blank=True)
    record_id = models.UUIDField(_("record"), null=True)
    text = models.TextField(_("what is wrong"), max_length=1000)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"))
    due_on = models.DateField(_("to be answered by"))
    state = models.CharField(_("state"), max_length=10, choices=DisputeState.choices)
    answer = models.TextField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), null=True)
    # What the score became after a correction.
    new_score = models.UUIDField(_("new score"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(feature="") | models.Q(record_id__isnull=False), name="dispute_about_something"
            ),
            models.UniqueConstraint(
                fields=["subject", "feature", "record_id"],
                condition=models.Q(state="open"),
                nulls_distinct=False,
                name="dispute_open_once",
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(state="open"), name="dispute_due")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.feature or self.record_id}"

    @property
    def entity(self) -> str:
        """Name of this dispute in the log."""
        return f"dispute:{self.id}"
