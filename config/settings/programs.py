"""How programs get in: the API, its limits and its description, and banks' machines."""

from config import env
from config.settings.places import VAR

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
    "DEFAULT_THROTTLE_CLASSES": ["accounts.api.throttles.PartyThrottle"],
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
