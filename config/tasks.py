"""Background work that spans the apps."""

import logging

from celery import shared_task
from django.utils import timezone

from config import retention

logger = logging.getLogger("suyuan.tasks")


@shared_task(name="config.forget")
def forget() -> None:
    """Delete what is kept no longer."""
    retention.forget_all(at=timezone.now(), told=lambda name, gone: logger.info("forgotten: %s of %s", gone, name))
