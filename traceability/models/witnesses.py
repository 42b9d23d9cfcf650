from django.db import models
from django.utils.translation import gettext_lazy as _


class WitnessStanding(models.Model):
    """How a witness answered when it was last asked: for people who must do something when one falls silent."""

    vkey = models.CharField(_("key"), max_length=400, primary_key=True, db_collation="C")
    size = models.BigIntegerField(_("size that it cosigned last"), default=0)
    cosigned_at = models.DateTimeField(_("cosigned at"), null=True)
    asked_at = models.DateTimeField(_("asked at"))
    seconds = models.FloatField(_("seconds that its answer took"), null=True)
    # Empty where it cosigned when it was asked last.
    fault = models.CharField(_("what is wrong"), max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.vkey.partition('+')[0]}: {self.size}"
