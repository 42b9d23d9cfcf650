"""What holds everywhere; the other modules beside this one say what differs."""

from pathlib import Path

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from accounts.enums import OrganisationKind
from config import env, files, logs

ROOT = Path(__file__).resolve().parents[2]
VAR = env.folder("SUYUAN_VAR", ROOT / "var")

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
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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

# Two log-ins at one database: the product runs as `default`, which may not change what the ledger holds;
# only migrations run as `owner`.
# What was answered was committed, and what was committed is on the disk, whatever the server's own default.
# How long a statement and a lock may take: a page gives up soon (docker/entrypoint), work in the background later. A
# run of the market reckons inside its transaction, so that an idle one is not cut off at once.
_SESSION = (
    f"-c statement_timeout={env.number('STATEMENT_SECONDS', 30, at_least=1)}s"
    f" -c lock_timeout={env.number('LOCK_SECONDS', 10, at_least=1)}s"
    " -c idle_in_transaction_session_timeout=60s -c synchronous_commit=on"
    # Only the hot paths prepare statements: they look rows up by their keys, whatever the values.
    " -c plan_cache_mode=force_generic_plan"
)

# A server that vanished without a word is given up after 35 seconds, and not waited for by ever more requests.
_NETWORK = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 5}


def _database(url: str) -> dict[str, object]:
    settings = env.postgres(url)
    options = settings["OPTIONS"]
    assert isinstance(options, dict)  # noqa: S101 - env.postgres made it a line ago
    options |= {"options": _SESSION, **_NETWORK}
    return settings | {"OPTIONS": options, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


DATABASES = {
    "default": _database(env.text("DATABASE_URL", "postgresql://suyuan_app@localhost/suyuan")),
    "owner": _database(env.text("DATABASE_OWNER_URL", "postgresql://suyuan_owner@localhost/suyuan")),
}
# A streaming replica for public pages (traceability.replica); none where it is not named.
if _REPLICA_URL := env.text("DATABASE_REPLICA_URL", ""):
    DATABASES["replica"] = _database(_REPLICA_URL)
# How far behind the replica may be: a recall shows on a page within its minute in caches and this.
REPLICA_MOST_LAG_SECONDS = env.number("REPLICA_MOST_LAG_SECONDS", 5)
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "suyuan_app")
# Two more, where there are any: who only reads, and who verifies (config.database_roles).
DATABASE_READONLY_ROLE = env.text("DATABASE_READONLY_ROLE", "suyuan_readonly")
DATABASE_VERIFIER_ROLE = env.text("DATABASE_VERIFIER_ROLE", "suyuan_verifier")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "accounts.counting_cache.CountingCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    },
}

_TASK_HARD_LIMIT = 3600
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # how a job went stands in our own tables
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = _TASK_HARD_LIMIT
CELERY_TASK_SOFT_TIME_LIMIT = _TASK_HARD_LIMIT - 60
# A task that nobody has reported done for so long is given to another worker: never while its time is not over.
CELERY_VISIBILITY_TIMEOUT = 2 * _TASK_HARD_LIMIT
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": CELERY_VISIBILITY_TIMEOUT,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker may be dead for longer than a hundred tries
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
# What may be long, or must not wait behind what is: a worker of another host may take one queue alone, and one that is
# told nothing takes all. The log itself is put in order by the integrator, which is no task.
_QUEUES = {
    "verify": (
        "traceability.verify_new",
        "traceability.plan_full",
        "traceability.check_chunk",
        "traceability.join_full",
    ),
    "notify": ("traceability.deliver_notice", "finance.tell_of_query", "finance.send_receipt"),
    "intake": ("traceability.capture", "traceability.run_import"),
    "reckon": (
        "orders.replan_urgently",
        "orders.replan",
        "orders.plan",
        "orders.cover_shortages",
        "finance.watch_card",
    ),
}
CELERY_TASK_QUEUES = [Queue(name) for name in (CELERY_TASK_DEFAULT_QUEUE, *_QUEUES)]
CELERY_TASK_ROUTES = {name: {"queue": queue} for queue, names in _QUEUES.items() for name in names}
# After how many seconds a task that was sent and is not done is sent again: longer each time, so that slow work is not
# sent over and over. After the last it is given up, which is a finding.
TASK_RESEND_SECONDS: tuple[int, ...] = (60, 120, 300, 900, 3600, 7200)
CELERY_BEAT_SCHEDULER = "config.beat:SteadyScheduler"
# A tick that comes late is void: the next one does its work. What must not get lost is asked for in the database.
CELERY_BEAT_SCHEDULE = {
    "expire-proposals": {"task": "orders.expire_proposals", "schedule": 300.0, "options": {"expires": 300}},
    "settle": {"task": "orders.settle", "schedule": crontab(hour=1, minute=10), "options": {"expires": 3600}},
    "replan-urgently": {"task": "orders.replan_urgently", "schedule": 60.0, "options": {"expires": 60}},
    "replan": {"task": "orders.replan", "schedule": 900.0, "options": {"expires": 900}},
    "promise": {"task": "orders.promise", "schedule": crontab(hour=5, minute=0), "options": {"expires": 3600}},
    "cover-shortages": {
        "task": "orders.cover_shortages",
        "schedule": crontab(hour=5, minute=30),
        "options": {"expires": 3600},
    },
    "plan": {
        "task": "orders.plan",
        "schedule": crontab(day_of_week="mon", hour=3, minute=10),
        "options": {"expires": 3600},
    },
    "watch-risks": {"task": "orders.watch_risks", "schedule": crontab(hour=1, minute=40), "options": {"expires": 3600}},
    "relay": {"task": "traceability.relay", "schedule": 1.0, "options": {"expires": 5}},
    "verify-new": {"task": "traceability.request_incremental", "schedule": 60.0, "options": {"expires": 60}},
    "verify-all": {
        "task": "traceability.request_full",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 3600},
    },
    "forget-imports": {
        "task": "traceability.forget_imports",
        "schedule": crontab(hour=4, minute=20),
        "options": {"expires": 3600},
    },
    "forget": {"task": "config.forget", "schedule": crontab(hour=4, minute=50), "options": {"expires": 3600}},
    "expire-consents": {"task": "finance.expire_consents", "schedule": 60.0, "options": {"expires": 60}},
    "check-queries": {
        "task": "finance.check_queries",
        "schedule": crontab(hour=3, minute=10),
        "options": {"expires": 3600},
    },
    "watch-cards": {
        "task": "finance.request_card_reports",
        "schedule": crontab(hour=3, minute=30),
        "options": {"expires": 3600},
    },
    "forget-bad-news": {
        "task": "finance.forget_bad_news",
        "schedule": crontab(hour=4, minute=40),
        "options": {"expires": 3600},
    },
    "forget-contacts": {
        "task": "traceability.forget_contacts",
        "schedule": crontab(hour=4, minute=10),
        "options": {"expires": 3600},
    },
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PhoneBackend"]
# People log in by phone number; nobody needs an e-mail address or thinks of a user name.
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.ContextWordsValidator"},
]
# A farmer's own phone stays logged in for a season.
SESSION_COOKIE_AGE = 180 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

_CODE_SECONDS = 180
_CODE_TRIES = 3
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = _CODE_SECONDS
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = _CODE_TRIES
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = _CODE_SECONDS
ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS = _CODE_TRIES
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# Text messages cost money, and guesses cost trust: what one number gets in a day is bounded too.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,20/d/key",
    "verify_phone": "1/30s/key,3/m/ip,20/d/key",
    # Each change passes twice: it is held back while the password is asked for again.
    "change_phone": "4/m/user",
    # Anybody may write about what they bought, without a log-in.
    "feedback": "6/h/ip",
    "order": "30/h/ip",
}
ACCOUNT_FORMS = {
    "login": "accounts.web.entrance.LoginForm",
    "signup": "accounts.web.entrance.SignupForm",
    "confirm_login_code": "accounts.web.entrance.ConfirmLoginCodeForm",
    "verify_phone": "accounts.web.entrance.VerifyPhoneForm",
    "reauthenticate": "accounts.web.entrance.ReauthenticateForm",
}
# An authenticator app or a passkey beside the password, for whoever wants it; for members of parties of these kinds,
# and for staff, it is a must. None here: the cast of a demonstration has a password that everybody knows.
SECOND_FACTOR_KINDS = frozenset(env.words("SECOND_FACTOR_KINDS", known=OrganisationKind.values))
MFA_ADAPTER = "config.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "accounts.web.factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.web.factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.web.factor_forms.ActivateTotpForm",
    "add_webauthn": "accounts.web.factor_forms.AddPasskeyForm",
}
# How many proxies stand before us: the limits by address believe only what these wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)

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
# Where photos and reports lie: a folder, or `s3://bucket?endpoint=https://...` for any storage that speaks S3.
FILES_URL = env.text("FILES_URL", "")
# What readers may fetch without us, tiles and checkpoint: a folder or a bucket, written by the publisher.
PUBLIC_URL = env.text("PUBLIC_URL", "")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": VAR / "media"}},
    # Photos and reports, named by the hash of their bytes.
    "attachments": files.storage(FILES_URL, folder=env.folder("ATTACHMENTS_DIR", VAR / "attachments")),
    "public": files.storage(PUBLIC_URL, folder=VAR / "public"),
    "staticfiles": {"BACKEND": "config.static_files.ModuleStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

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

# What the API takes from one address in a minute, whoever asks: a cooperative's machines may stand behind one.
ADDRESS_RATE = env.number("ADDRESS_RATE", 12_000, at_least=1)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.authentication.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "accounts.api.permissions.ActsForParty",
        "accounts.api.permissions.CanRecord",
        "accounts.api.permissions.WithinScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttles.PartyThrottle", "accounts.api.throttles.AddressThrottle"],
    # For each party: far above what honest machines need, which send many events in one document.
    "DEFAULT_THROTTLE_RATES": {
        "api": env.text("API_RATE", "600/min"),
        "capture": env.text("CAPTURE_RATE", "600/min"),
        "events": env.text("EVENTS_RATE", "600/min"),
        "phones": env.text("PHONES_RATE", "600/min"),
        "bank": env.text("BANK_RATE", "1200/min"),
        "phone-photos": env.text("PHONE_PHOTOS_RATE", "600/min"),
    },
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.problem_response",
    "DEFAULT_PAGINATION_CLASS": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Suyuan",
    "VERSION": "0.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # The page for readers and the file in the tree alike: every address under /api/, and none of the pages.
    "SCHEMA_PATH_PREFIX": "/api/",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api_description.complete_answers",
    ],
    "ENUM_NAME_OVERRIDES": {
        "SheetKindEnum": "traceability.enums.SheetKind",
        "LotKindEnum": "traceability.enums.LotKind",
        "RecallReasonEnum": "traceability.enums.RecallReason",
        "WithdrawalEnum": "orders.enums.Withdrawal",
        "OfferStateEnum": "orders.enums.OfferState",
        "LineStateEnum": "orders.enums.LineState",
        "PlanStateEnum": "orders.enums.PlanState",
        "PlanEndEnum": "orders.enums.PlanEnd",
        "RevisionReasonEnum": "orders.enums.RevisionReason",
        "AllocationStateEnum": "orders.enums.AllocationState",
        "RunStateEnum": "orders.enums.RunState",
        "RunKindEnum": "orders.enums.RunKind",
        "RunCauseEnum": "orders.enums.RunCause",
        "StatementStateEnum": "orders.enums.StatementState",
        "AnswerEnum": "orders.enums.Answer",
    },
}

# The log: its name is part of every record and of every checkpoint, so it never changes.
LOG_ORIGIN = env.text("LOG_ORIGIN", "suyuan.localhost/log1")
LOG_KEY_FILE = env.folder("LOG_KEY_FILE", VAR / "keys" / "log.key")
# Who signs in place of that file, so that no machine of ours holds the key: `command:...` or `https://...`
# (traceability.remote_signer).
LOG_SIGNER = env.text("LOG_SIGNER", "")
LOG_SIGNER_TOKEN = env.text("LOG_SIGNER_TOKEN", "")
# How many bursts of phones one process of the web takes at once; others are asked to come again (docs/adr/0022).
BURSTS_AT_ONCE = env.number("BURSTS_AT_ONCE", 2, at_least=1)
# For how long a trace page may be given again without being made anew; 0: never. A record or a recall shows at once.
PAGE_SECONDS = env.number("PAGE_SECONDS", 30)
# Where labels lead, such as https://trace.example.cn: it is printed on bags. Without it, the address of the request.
LABEL_ORIGIN = env.text("LABEL_ORIGIN", "").rstrip("/")
# What encrypts personal values at rest: one Fernet key a line, the newest first.
VAULT_KEY_FILE = env.folder("VAULT_KEY_FILE", VAR / "keys" / "vault.keys")
# By this the platform signs scores; made at the first approval of a card.
SCORE_KEY_FILE = env.folder("SCORE_KEY_FILE", VAR / "keys" / "score.key")
OUTBOX_LIMIT = env.number("OUTBOX_LIMIT", 4096, at_least=1)
# The integrator works when so many rows wait, or after so many seconds, whichever comes first.
INTEGRATE_ROWS = env.number("INTEGRATE_ROWS", 256, at_least=1)
INTEGRATE_SECONDS = 0.25
PUBLISH_SECONDS = 1.0
# After how long without a checkpoint for what is in the log something is wrong.
STALE_CHECKPOINT_SECONDS = 60
# Entries in a chunk of the nightly verification: a power of two, so that chunks are whole subtrees.
VERIFY_CHUNK = 65_536
# Who must cosign what is published (c2sp.org/tlog-policy): `witness`, `group` and `quorum` lines. Without the quorum
# nothing is published; without a file no witness is asked.
WITNESS_POLICY_FILE = env.text("WITNESS_POLICY_FILE", "")
# What takes part in publishing beside the log's own key (traceability.services.publisher.Step): dotted names, in order.
PUBLISHING_STEPS: list[str] = env.words("PUBLISHING_STEPS")
# What is told of a new finding (traceability.services.findings.Alarm), by dotted names.
FINDING_ALARMS: list[str] = env.words("FINDING_ALARMS")

# Who runs this platform, as every consent names it (PIPL, art. 17).
CONTROLLER_NAME = env.text("CONTROLLER_NAME", "溯源平台 Suyuan")
CONTROLLER_CONTACT = env.text("CONTROLLER_CONTACT", "12316")
# Whom people who find a hole write to: the mailbox that RFC 2142 asks of every domain, unless another is named.
SECURITY_CONTACT = env.text("SECURITY_CONTACT", f"mailto:security@{LOG_ORIGIN.partition('/')[0]}")
# Banks' machines (FAPI 2.0): codes and tokens live for minutes, are stored as hashes, and are bound to a client's key.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "oauth2_provider.AccessToken"  # noqa: S105 - a model
OAUTH2_PROVIDER_GRANT_MODEL = "oauth2_provider.Grant"
OAUTH2_PROVIDER = {
    "SCOPES": {"farm_score": "One farm's score, by its consent"},
    "ACCESS_TOKEN_EXPIRE_SECONDS": 300,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "PKCE_REQUIRED": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}
# The header in which a front that checks banks' TLS certificates names the SHA-256 of the one that it saw (base64url).
# The front must drop what clients send under this name. Empty: no such front, and nobody is believed.
BANK_CERT_HEADER = env.text("BANK_CERT_HEADER", "")
# The key that signs certificates; the host in LOG_ORIGIN is its owner's name (did:web).
CREDENTIAL_KEY_FILE = env.folder("CREDENTIAL_KEY_FILE", VAR / "keys" / "credential.key")
# Whether scores of persons may leave as numbers, and in which lawful shape (finance.services.outbound); to which
# licensed bureaus, by their pseudonyms.
PERSONAL_SCORE_OUTBOUND = env.flag("PERSONAL_SCORE_OUTBOUND", default=False)
SCORE_OUTBOUND_SHAPE = env.text("SCORE_OUTBOUND_SHAPE", "holder")
SCORE_BUREAUS: list[str] = env.words("SCORE_BUREAUS")

LOGGING = logs.settings(as_json=env.flag("LOG_JSON", default=False))

# Who may read `/metrics`; without a token there is no such page.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
# Where traces go (OTLP over HTTP), such as http://collector:4318; none are made without.
OTEL_EXPORTER_OTLP_ENDPOINT = env.text("OTEL_EXPORTER_OTLP_ENDPOINT", "")
