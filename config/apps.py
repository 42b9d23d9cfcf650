from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The project itself: base templates, static files, commands that span the apps."""

    name = "config"
    label = "config"
    verbose_name = "Suyuan"
