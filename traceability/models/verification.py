from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from traceability.enums import RunKind, RunState


class TaskRequest(models.Model):
    """A Celery task that must run: written in the transaction that wants it, sent by the relay, so none is lost.

    A request whose task has not reported itself done is sent again; tasks are safe to run twice.
    """

    name = models.CharField(_("task"), max_length=120)
    # The key of the row that the task is about, as text.
    argument = models.CharField(_("argument"), max_length=64)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)
    attempts = models.PositiveIntegerField(_("times sent"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "argument"], name="task_request_once")]
        indexes = [models.Index(fields=["sent_at"], condition=models.Q(done_at=None), name="task_request_open")]

    def __str__(self) -> str:
        return f"{self.name}({self.argument})"


class VerificationRun(models.Model):
    """One verification of the log, with its figures."""

    kind = models.CharField(_("kind"), max_length=12, choices=RunKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=RunState.choices, default=RunState.WAITING)
    requested_at = models.DateTimeField(_("requested at"))
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    first_index = models.BigIntegerField(_("from index"), default=0)
    end_index = models.BigIntegerField(_("up to index"), default=0)
    root = models.BinaryField(_("root that was computed"), max_length=32, null=True)
    # Where an incremental run goes on: the frontier after `end_index` entries.
    frontier = models.BinaryField(_("frontier"), null=True)
    entries = models.BigIntegerField(_("entries checked"), default=0)
    rows = models.BigIntegerField(_("domain rows checked"), default=0)
    seconds = models.FloatField(_("seconds of work"), default=0)
    detail = models.TextField(_("detail"), blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.requested_at}"


class VerificationChunk(models.Model):
    """A part of a full run that one worker checks: a range of the log, whose subtree hash the run joins."""

    run = models.ForeignKey(VerificationRun, on_delete=models.CASCADE, related_name="chunks")
    first_index = models.BigIntegerField(_("from index"))
    end_index = models.BigIntegerField(_("up to index"))
    subtree = models.BinaryField(_("hashes of the complete subtrees"), null=True)
    # What the next chunk needs: for chains that cross the border, checked when the run is joined.
    done_at = models.DateTimeField(_("done at"), null=True)
    entries = models.BigIntegerField(_("entries checked"), default=0)
    seconds = models.FloatField(_("seconds of work"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "first_index"], name="chunk_once")]

    def __str__(self) -> str:
        return f"{self.run_id}: {self.first_index}..{self.end_index}"


class Finding(models.Model):
    """Something that does not verify. It stays open until a person closes it with a reason."""

    run = models.ForeignKey(VerificationRun, on_delete=models.PROTECT, null=True, related_name="findings")
    found_at = models.DateTimeField(_("found at"))
    # What is wrong where: the same fault found again is the same finding.
    table = models.CharField(_("table"), max_length=60)
    row = models.CharField(_("row"), max_length=200)
    rule = models.CharField(_("rule"), max_length=40)
    text = models.TextField(_("what was found"))
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason for closing"), blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["table", "row", "rule"], condition=models.Q(closed_at=None), name="finding_open_once"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(closed_by__isnull=False, reason__regex=r"\S"),
                name="finding_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.rule}"
