from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import ImportState, SheetKind


class SheetImport(models.Model):
    """A file of many entries that somebody sent: what is wrong in it, and what was loaded of it."""

    id = models.UUIDField(primary_key=True, editable=False)
    party = models.ForeignKey("accounts.Organisation", on_delete=models.CASCADE, related_name="imports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="imports")
    kind = models.CharField(_("kind"), max_length=8, choices=SheetKind.choices)
    file_name = models.CharField(_("file"), max_length=120)
    # The file itself, sealed: it names people. Gone with the row.
    sealed = models.BinaryField(_("content, sealed"))
    state = models.CharField(_("state"), max_length=8, choices=ImportState.choices)
    created_at = models.DateTimeField(_("sent at"))
    finished_at = models.DateTimeField(_("loaded at"), null=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    # How many of them the present step has looked at.
    seen = models.PositiveIntegerField(_("rows done"), default=0)
    good = models.PositiveIntegerField(_("good rows"), default=0)
    loaded = models.PositiveIntegerField(_("rows loaded"), default=0)
    # What the good rows come to, by unit.
    totals = models.JSONField(_("totals"), default=dict)
    ignored = models.JSONField(_("columns that mean nothing here"), default=list)
    problems = models.JSONField(_("what is wrong"), default=list)

    def __str__(self) -> str:
        return f"{self.file_name} {self.state}"
