"""Production: starts only with its secrets, and never with demonstration log-ins."""

from django.core.exceptions import ImproperlyConfigured

from accounts.enums import OrganisationKind
from config import env, logs
from config.settings.base import *  # noqa: F403
from config.settings.base import ALLAUTH_TRUSTED_PROXY_COUNT, DEMO

SECRET_KEY = env.text("SECRET_KEY")
# No default: the one for development prints the codes by which people log in.
SMS_SENDER = env.text("SMS_SENDER")
if DEMO:
    raise ImproperlyConfigured("SUYUAN_DEMO: demonstration log-ins have no place in production")

LOGGING = logs.settings(as_json=env.flag("LOG_JSON", default=True))

# Kinds of parties whose members need an authenticator app or a passkey; empty: nobody does.
SECOND_FACTOR_KINDS = frozenset(
    env.words("SECOND_FACTOR_KINDS", "BANK,OPERATOR,REGULATOR", known=OrganisationKind.values)
)
SECURE_SSL_REDIRECT = True
# Asked by supervisors on the inside, where no TLS front stands before us; and programs, which are refused
# (config.plain_http).
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$", "^metrics$", "^api/", "^oauth/"]
# With no proxy before us, whoever asks could say by this header that they came by TLS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
