"""The cards by which scores are made, and which of them counts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import CardKind, CardState


class Scorecard(models.Model):
    """One card, byte for byte; its id is its hash, so that it never changes."""

    id = models.CharField(_("SHA-256 of the card"), primary_key=True, max_length=64, editable=False)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=6, choices=CardKind.choices)
    data = models.BinaryField(_("card"))
    # What it is for, what it was made from, where it holds: for the people who approve it, in words and figures.
    about = models.JSONField(_("model card"), default=dict)
    expires_on = models.DateField(_("to be renewed by"))
    state = models.CharField(_("state"), max_length=10, choices=CardState.choices)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(_("registered at"))
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(_("approved at"), null=True)
    activated_at = models.DateTimeField(_("in use since"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="champion"), name="scorecard_one_champion"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="challenger"), name="scorecard_one_challenger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id[:12]}"

    @property
    def entity(self) -> str:
        """Name of this card in the log."""
        return f"card:{self.id}"


class CardUse(models.Model):
    """That a card became the one that counts, and in whose place: what a rollback goes back along."""

    # The record that says so.
    id = models.UUIDField(primary_key=True, editable=False)
    card = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="uses")
    before = models.ForeignKey(Scorecard, on_delete=models.PROTECT, null=True, related_name="+")
    rolled_back = models.BooleanField(_("rolled back"), default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    def __str__(self) -> str:
        return f"{self.card} {self.at}"
