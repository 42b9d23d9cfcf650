"""How people get in: phone number, password, codes, second factors, and the limits of each."""

from accounts.enums import OrganisationKind
from config import env

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
SESSION_ENGINE = "accounts.session_store"
# A farmer's own phone stays logged in for a season.
SESSION_COOKIE_AGE = 180 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

_CODE_SECONDS = 180
_CODE_TRIES = 3
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
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
