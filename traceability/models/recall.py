from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import RecallLevel, RecallReason
from traceability.models.farm import Lot


class Recall(models.Model):
    """One recall or drill: a lot, and all that it went into when it was opened."""

    id = models.UUIDField(primary_key=True, editable=False)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="recalls")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="recalls_begun")
    level = models.CharField(_("level"), max_length=1, choices=RecallLevel.choices)
    reason = models.CharField(_("reason"), max_length=16, choices=RecallReason.choices)
    drill = models.BooleanField(_("drill"), default=False)
    lots_count = models.PositiveIntegerField(_("lots recalled"))
    accounted_percent = models.DecimalField(_("mass accounted for, %"), max_digits=5, decimal_places=2, null=True)
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    minutes = models.PositiveIntegerField(_("minutes from opening to closing"), null=True)

    def __str__(self) -> str:
        return f"{self.lot} {self.opened_at:%Y-%m-%d}"

    @property
    def entity(self) -> str:
        """Name of this recall in the log."""
        return f"recall:{self.id}"


class RecalledLot(models.Model):
    """A lot in the set of a recall."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="recalled")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="recalls")
    at_most_kg = models.DecimalField(_("at most of the recalled lot, kg"), max_digits=14, decimal_places=3, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recall", "lot"], name="lot_recalled_once")]

    def __str__(self) -> str:
        return f"{self.recall_id}: {self.lot_id}"


class RecallAnswer(models.Model):
    """What a holder did about a recall, as it said last: later answers stand beside the earlier ones."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="answers")
    party = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="recall_answers")
    found_kg = models.DecimalField(_("found, kg"), max_digits=14, decimal_places=3)
    blocked_kg = models.DecimalField(_("blocked, kg"), max_digits=14, decimal_places=3)
    destroyed_kg = models.DecimalField(_("destroyed, kg"), max_digits=14, decimal_places=3)
    answered_at = models.DateTimeField(_("answered at"))
    # Its place in the recall's chain: which answer is the last is the log's word, not the clock's of who answered.
    eseq = models.BigIntegerField(_("number in the recall's chain"))

    def __str__(self) -> str:
        return f"{self.recall_id}: {self.party_id}"


class Notice(models.Model):
    """That a holder must be told of a recall, and whether it was."""

    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="notices")
    recall = models.ForeignKey(Recall, on_delete=models.PROTECT, related_name="notices")
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True)
    posted_at = models.DateTimeField(_("posted to the webhook at"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "recall"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.recall_id}"


class AlertRoute(models.Model):
    """Where an organisation wants to hear of recalls, besides its pages here."""

    organisation = models.OneToOneField("accounts.Organisation", on_delete=models.CASCADE, related_name="alert_route")
    email = models.EmailField(_("e-mail"), blank=True)
    webhook_url = models.URLField(_("webhook"), max_length=400, blank=True)

    def __str__(self) -> str:
        return self.email or self.webhook_url
