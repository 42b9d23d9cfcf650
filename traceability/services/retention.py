"""What of the machinery's own notes goes away by itself. Records, receipts and findings never do."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from traceability.enums import CaptureState, RunKind, RunState
from traceability.models import CaptureJob, Finding, TaskRequest, VerificationRun


def forget_tasks(*, before: datetime) -> int:
    """Delete requests whose tasks were done before a moment; tell how many.

    What is asked for once and never again, such as a notice, is not asked for anew after that: its row says it is sent.
    """
    return TaskRequest.objects.filter(done_at__lt=before).delete()[0]


def forget_runs(*, before: datetime) -> int:
    """Delete verifications of what was new, where they ended clean before a moment; tell how many.

    The one that came furthest stays, since the next goes on from it, and so does each that found something, or all of
    the log good: an operator shows by them that somebody looked.
    """
    clean = VerificationRun.objects.filter(state=RunState.CLEAN)
    furthest = clean.exclude(frontier=None).order_by("-end_index")[:1]
    old = clean.filter(kind=RunKind.INCREMENTAL, finished_at__lt=before).exclude(pk__in=[one.pk for one in furthest])
    return old.exclude(Exists(Finding.objects.filter(run=OuterRef("pk")))).delete()[0]


def forget_captures(*, before: datetime) -> int:
    """Delete what was told of documents that were taken before a moment, errors and all; tell how many.

    The events that came of them stay: they are records.
    """
    return CaptureJob.objects.filter(finished_at__lt=before).exclude(state=CaptureState.RUNNING).delete()[0]
