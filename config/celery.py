"""The Celery application; tasks are named, take ids, and are started from the task outbox."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("suyuan")
# In every thread: elsewhere than in this one Celery would make up an app of its own.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
