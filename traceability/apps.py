from django.apps import AppConfig


class TraceabilityConfig(AppConfig):
    """The log, and what it records from plot to plate."""

    name = "traceability"
