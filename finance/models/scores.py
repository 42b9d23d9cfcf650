"""Scores, each with what it can be checked by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import ScoreOutcome
from finance.models.cards import Scorecard


class Score(models.Model):
    """One score of one farm by one card, at one checkpoint. It never changes: a correction makes a new one."""

    id = models.UUIDField(primary_key=True, editable=False)
    subject = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="scores")
    consent = models.ForeignKey("finance.Consent", on_delete=models.PROTECT, related_name="scores")
    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="scores")
    as_of = models.DateTimeField(_("as of"))
    outcome = models.CharField(_("outcome"), max_length=17, choices=ScoreOutcome.choices)
    # No number below the least that must be known.
    score = models.PositiveSmallIntegerField(_("score"), null=True)
    grade = models.CharField(_("grade"), max_length=2, blank=True)
    low = models.PositiveSmallIntegerField(_("from"), null=True)
    high = models.PositiveSmallIntegerField(_("to"), null=True)
    # Which rule of the gate was not met.
    gate = models.JSONField(_("not met"), default=list)
    features = models.JSONField(_("figures"), default=dict)
    points = models.JSONField(_("points"), default=dict)
    # Codes of the bins that cost most, and that help most; and the records behind every figure.
    reasons = models.JSONField(_("reasons"), default=list)
    strengths = models.JSONField(_("strengths"), default=list)
    behind = models.JSONField(_("records behind"), default=dict)
    # The chance of default in hundredths of a percent; and what the card's level added, until when and why.
    chance_bp = models.PositiveSmallIntegerField(_("chance of default, hundredths of a percent"), null=True)
    level = models.JSONField(_("level of the card"), default=dict, db_default={})
    # The signed record, byte for byte.
    record = models.BinaryField(_("record"))
    record_sha256 = models.CharField(_("SHA-256 of the record"), max_length=64)
    signature = models.TextField(_("signature"))
    tree_size = models.BigIntegerField(_("size of the log"))
    tree_root = models.BinaryField(_("root of the log"), max_length=32)
    evidence_root = models.CharField(_("root of the evidence"), max_length=64)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    computed_at = models.DateTimeField(_("computed at"))

    class Meta:
        indexes = [models.Index(fields=["subject", "-computed_at"], name="score_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.score or self.outcome}"

    @property
    def entity(self) -> str:
        """Name of this score in the log."""
        return f"score:{self.id}"


class ScoreEvidence(models.Model):
    """The evidence file of a score, encrypted: it holds opened commitments. To erase personal data is to delete it."""

    score = models.OneToOneField(Score, primary_key=True, on_delete=models.PROTECT, related_name="evidence")
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    token = models.BinaryField(_("encrypted file"))

    def __str__(self) -> str:
        return self.sha256
