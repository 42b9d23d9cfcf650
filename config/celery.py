"""The Celery application; tasks are named, take ids, and are started from the task outbox."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun, worker_process_init
from structlog.contextvars import bind_contextvars, clear_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("suyuan")
# In every thread: elsewhere than in this one Celery would make up an app of its own.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**_said: Any) -> None:
    """Leave the lines as the settings have them; Celery would put its own in their place."""
    from django.conf import settings  # noqa: PLC0415 - not before the settings can be read

    logging.config.dictConfig(settings.LOGGING)


@worker_process_init.connect
def trace_tasks(**_said: Any) -> None:
    """Begin to trace in each process of the pool: a thread that sends does not survive the fork."""
    from config import tracing  # noqa: PLC0415 - likewise

    tracing.start("worker")


@task_prerun.connect
def name_the_task(task_id: str, task: Any, args: tuple[Any, ...] = (), **_said: Any) -> None:
    """Put task and request into every line that is written while it runs; its arguments are numbers of rows."""
    clear_contextvars()
    bind_contextvars(task=task.name, task_id=task_id, task_request=args[0] if args else None)


@task_postrun.connect
def forget_the_task(**_said: Any) -> None:
    """Let the next task begin with nothing of this one."""
    clear_contextvars()
