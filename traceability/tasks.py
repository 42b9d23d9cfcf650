"""Background work, started from the task outbox: a task gets the number of its request."""

import logging
from uuid import UUID

from celery import shared_task
from django.utils import timezone

from traceability.enums import RunKind
from traceability.services import capture, feedback, notices, task_outbox, verification
from traceability.services.imports import jobs

logger = logging.getLogger("suyuan.tasks")


@shared_task(name="traceability.relay")
def relay() -> None:
    """Send what waits in the task outbox."""
    try:
        task_outbox.relay_once(at=timezone.now())
    except task_outbox.BrokerDownError as error:
        logger.warning("%s", error)


@shared_task(name="traceability.request_incremental")
def request_incremental() -> None:
    """Ask for a verification of what is new."""
    verification.request_run(RunKind.INCREMENTAL, at=timezone.now())


@shared_task(name="traceability.request_full")
def request_full() -> None:
    """Ask for a verification of everything."""
    verification.request_run(RunKind.FULL, at=timezone.now())


@shared_task(name="traceability.forget_contacts")
def forget_contacts() -> None:
    """Delete how to reach consumers who wrote long ago."""
    feedback.forget_contacts(at=timezone.now())


@shared_task(name="traceability.forget_imports")
def forget_imports() -> None:
    """Delete sheets that were sent long ago."""
    jobs.forget_old(at=timezone.now())


@shared_task(name=jobs.RUN)
def run_import(request_id: int) -> None:
    """Check or load a sheet that its sender did not wait for."""
    task_outbox.perform(
        request_id, lambda step: jobs.run(UUID(step.partition(" ")[0]), clock=timezone.now), clock=timezone.now
    )


@shared_task(name=verification.VERIFY_NEW)
def verify_new(request_id: int) -> None:
    """Verify what is new."""
    task_outbox.perform(
        request_id, lambda run: verification.verify_new(int(run), clock=timezone.now), clock=timezone.now
    )


@shared_task(name=capture.CAPTURE)
def capture_document(request_id: int) -> None:
    """Capture a document that its sender did not wait for."""
    task_outbox.perform(request_id, lambda job: capture.run(UUID(job), clock=timezone.now), clock=timezone.now)


@shared_task(name=verification.PLAN_FULL)
def plan_full(request_id: int) -> None:
    """Divide a full verification into chunks."""
    task_outbox.perform(
        request_id, lambda run: verification.plan_full(int(run), clock=timezone.now), clock=timezone.now
    )


@shared_task(name=verification.CHECK_CHUNK)
def check_chunk(request_id: int) -> None:
    """Verify one chunk."""
    task_outbox.perform(
        request_id, lambda chunk: verification.check_chunk(int(chunk), clock=timezone.now), clock=timezone.now
    )


@shared_task(name=verification.JOIN_FULL)
def join_full(request_id: int) -> None:
    """Join the chunks of a full verification."""
    task_outbox.perform(
        request_id, lambda run: verification.join_full(int(run), clock=timezone.now), clock=timezone.now
    )


@shared_task(name=notices.DELIVER)
def deliver_notice(request_id: int) -> None:
    """Send a notice of a recall by e-mail and webhook."""
    task_outbox.perform(request_id, lambda notice: notices.deliver(int(notice), at=timezone.now()), clock=timezone.now)
