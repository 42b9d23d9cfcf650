"""What holds everywhere: Django's own settings here, the others by subject beside; dev, test and production differ."""

from django.utils.translation import gettext_lazy as _

from config import env, logs
from config.settings.background import *  # noqa: F403
from config.settings.engines import *  # noqa: F403
from config.settings.log import *  # noqa: F403
from config.settings.people import *  # noqa: F403
from config.settings.places import *  # noqa: F403
from config.settings.places import ROOT, VAR
from config.settings.programs import *  # noqa: F403
from config.settings.stores import *  # noqa: F403

DEBUG = False
# Demonstration data and demonstration log-ins; production refuses it.
DEMO = env.flag("SUYUAN_DEMO", default=False)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # Ours come first, so that their templates stand before those of the libraries.
    "config.apps.ConfigConfig",
    "accounts.apps.AccountsConfig",
    "traceability.apps.TraceabilityConfig",
    "orders.apps.OrdersConfig",
    "finance.apps.FinanceConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "oauth2_provider",
    "csp",
    "django.forms",
]

MIDDLEWARE = [
    # First, so that what the others do is measured and named too.
    "config.requests.RequestMiddleware",
    # Before all that a page needs which is made, and one that is kept does not.
    "config.kept_pages.KeptPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.plain_http.PlainHttpMiddleware",
    # Before the one that answers for files, so that these bear the policy too.
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.CompressionMiddleware",
    "config.private_answers.PrivateAnswersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActingPartyMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "config.errors.ProblemMiddleware",
    # Last: it calls the view of public pages itself.
    "config.replicas.ReplicaMiddleware",
]

# Forms render through our own templates: label, help, control and error of each field.
FORM_RENDERER = "config.form_renderer.FormRenderer"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

LANGUAGE_CODE = "zh-hans"
FORMAT_MODULE_PATH = "config.formats"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
# In an image they lie beside the program, and only what changes lies in the volume.
STATIC_ROOT = env.folder("STATIC_DIR", VAR / "static")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static_files.PackageFinder",
]
# Which files of which npm package are served, by the folder under STATIC_URL; modules import them by relative paths.
NPM_ROOT = env.folder("NPM_ROOT", ROOT / "node_modules")
NPM_FILES: dict[str, tuple[str, list[str]]] = {
    "vendor/noble-ed25519": ("@noble/ed25519", ["index.js"]),
    "vendor/noble-hashes": ("@noble/hashes", ["sha2.js", "_md.js", "_u64.js", "utils.js"]),
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    },
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.errors.form_expired"
SECURE_REFERRER_POLICY = "same-origin"

LOGGING = logs.settings(as_json=env.flag("LOG_JSON", default=False))

# Who may read `/metrics`; without a token there is no such page.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
# Where traces go (OTLP over HTTP), such as http://collector:4318; none are made without.
OTEL_EXPORTER_OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT", "")
