"""Other goods in place of those that were ordered, where the buyer is asked first."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.enums import Answer
from orders.models.plans import PlanSupply
from orders.models.presale import OrderLine


class SubstitutionProposal(models.Model):
    """That so much of another supply may come for a line. Who does not answer in time gets the money back."""

    id = models.UUIDField(primary_key=True, editable=False)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="proposals")
    supply = models.ForeignKey(PlanSupply, on_delete=models.PROTECT, related_name="proposals")
    kg = models.DecimalField(_("proposed, kg"), max_digits=14, decimal_places=3)
    proposed_at = models.DateTimeField(_("proposed at"))
    expires_at = models.DateTimeField(_("to be answered until"))
    answer = models.CharField(_("answer"), max_length=8, blank=True, choices=Answer.choices)
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kg__gt=0), name="substitute_positive"),
            models.UniqueConstraint(fields=["line"], condition=models.Q(answer=""), name="one_open_proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.kg}"
