"""One machine, for development and for the demonstration."""

from config import env
from config.settings.base import *  # noqa: F403

# A key of this machine's own, so that the log-ins of a demonstration outlive a restart.
SECRET_KEY = env.text("SECRET_KEY", "development only: not a secret, and production refuses to start without one")
DEBUG = env.flag("DEBUG", default=True)
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SMS_SENDER = "accounts.sms.ConsoleSender"
