"""Sex and age, held apart from everything that scores: docs/adr/0019. No other module of models may reach them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.enums import AgeBand, Sex


class Trait(models.Model):
    """What the person who runs a farm said of sex and age, so that cards can be tested. To erase it is to delete it.

    Nothing leads from a farm or a score to it (`related_name="+"`), and it is not among `finance.models`: whoever reads
    it has to name this module, which a contract of imports allows to the tests of fairness alone.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject = models.OneToOneField("accounts.Organisation", on_delete=models.CASCADE, related_name="+")
    sex = models.CharField(_("sex"), max_length=5, choices=Sex.choices, blank=True)
    age = models.CharField(_("age"), max_length=8, choices=AgeBand.choices, blank=True)
    # The words that were agreed to; their hash stands in the log.
    notice = models.TextField(_("notice"))
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given at"))

    def __str__(self) -> str:
        return str(self.id)

    @property
    def entity(self) -> str:
        """Name of this consent in the log."""
        return f"trait:{self.id}"
