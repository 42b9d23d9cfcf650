"""What of the machinery's own notes goes away by itself. Records, receipts and findings never do."""

from datetime import datetime

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import Exists, OuterRef, Q

from traceability.attachment_storage import WholeFiles
from traceability.enums import CaptureState, RunKind, RunState
from traceability.models import CaptureJob, Finding, TaskRequest, VerificationChunk, VerificationRun
from traceability.services import attachments


def forget_tasks(*, before: datetime) -> int:
    """Delete requests whose tasks were done, or given up, before a moment; tell how many.

    What is asked for once and never again, such as a notice, is not asked for anew after that: its row says it is sent.
    Of what was given up a finding tells, which stays.
    """
    given_up = Q(done_at=None, attempts__gt=len(settings.TASK_RESEND_SECONDS), sent_at__lt=before)
    return TaskRequest.objects.filter(Q(done_at__lt=before) | given_up).delete()[0]


def forget_runs(*, before: datetime) -> int:
    """Delete verifications of what was new, where they ended clean or not at all before a moment; tell how many.

    The one that came furthest stays, since the next goes on from it, and so does each that found something, or all of
    the log good: an operator shows by them that somebody looked. Of the latter the parts go.
    """
    clean = VerificationRun.objects.filter(state=RunState.CLEAN)
    furthest = clean.exclude(frontier=None).order_by("-end_index")[:1]
    # While a storage or a database is away, one breaks off each minute.
    old = VerificationRun.objects.filter(
        Q(state=RunState.CLEAN, finished_at__lt=before) | Q(state=RunState.BROKEN, requested_at__lt=before),
        kind=RunKind.INCREMENTAL,
    ).exclude(pk__in=[one.pk for one in furthest])
    gone = old.exclude(Exists(Finding.objects.filter(run=OuterRef("pk")))).delete()[0]
    return gone + VerificationChunk.objects.filter(run__in=clean.filter(finished_at__lt=before)).delete()[0]


def forget_captures(*, before: datetime) -> int:
    """Delete what was told of documents that were taken before a moment, and their bytes; tell how many.

    The events that came of them stay, with bytes of their own: they are records. What a record names as a file is a
    photo or a PDF, and never a document of this kind.
    """
    over = CaptureJob.objects.filter(finished_at__lt=before).exclude(state=CaptureState.RUNNING)
    others = CaptureJob.objects.exclude(pk__in=over.values("pk")).values("document_sha256")
    # Files first: a crash between leaves rows of which the next night finds no file any more.
    for (digest,) in over.exclude(document_sha256__in=others).values_list("document_sha256").distinct():
        attachments.forget(digest)
    return over.delete()[0]


def forget_drafts(*, before: datetime) -> int:
    """Delete half-written files that were last written to before a moment; tell how many. A bucket has none."""
    folders = (storages[name] for name in ("attachments", "public"))
    return sum(one.forget_drafts(before=before) for one in folders if isinstance(one, WholeFiles))
