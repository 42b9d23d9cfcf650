"""What is found out about cards night by night, and when outcomes became enough for another kind of card."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import CardKind, ReportKind
from finance.models.cards import Scorecard


class CardReport(models.Model):
    """One night's report on one card. Making it again on the same day gives the same report anew."""

    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(_("kind"), max_length=12, choices=ReportKind.choices)
    day = models.DateField(_("day"))
    figures = models.JSONField(_("figures"), default=dict)
    alarm = models.BooleanField(_("alarm"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "kind", "day"], name="card_report_once")]

    def __str__(self) -> str:
        return f"{self.card_id[:12]} {self.kind} {self.day}"


class ShadowScore(models.Model):
    """What a card gives a farm by the figures of its newest score: for reports alone, and shown to nobody outside."""

    card = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="shadows")
    subject = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    grade = models.CharField(_("grade"), max_length=2)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "subject"], name="shadow_score_once")]

    def __str__(self) -> str:
        return f"{self.card_id[:12]} {self.subject_id} {self.score}"


class RuleSwitch(models.Model):
    """That the matured outcomes came to allow another kind of card, or no longer do (200 and 1,000, 50 bad)."""

    kind = models.CharField(_("kind"), max_length=6, choices=CardKind.choices)
    outcomes = models.PositiveIntegerField(_("outcomes"))
    bads = models.PositiveIntegerField(_("bad outcomes"))
    at = models.DateTimeField(_("at"))

    def __str__(self) -> str:
        return f"{self.kind} at {self.outcomes}"
