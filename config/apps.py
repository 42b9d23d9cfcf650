import importlib

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project itself: base templates, static files, commands that span the apps."""

    name = "config"
    label = "config"
    verbose_name = "Suyuan"

    def ready(self) -> None:
        """Make the Celery application known to every process that sends a task."""
        # Not in the package itself: that would fix the settings before wsgi.py and asgi.py name theirs.
        importlib.import_module("config.celery")
