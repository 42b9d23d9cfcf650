"""How django-allauth's second factors meet our vault, our QR codes and our words."""

import base64
import io
import secrets
from typing import ClassVar

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.phones import readable
from traceability import vault

_SALT_BYTES = 16


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes lie encrypted in the database, as personal values do."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This was not accepted. Try again with a new code, or with another device."),
        "cannot_generate_recovery_codes": gettext_lazy("Set up an app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt by the vault's newest key."""
        return base64.b64encode(vault.seal(secrets.token_bytes(_SALT_BYTES), text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt by any of the vault's keys. Raises VaultError."""
        return str(vault.unseal(base64.b64decode(encrypted_text))[1])

    def get_totp_label(self, user: User) -> str:
        """Name the account in the app."""
        return readable(user.phone)

    def get_totp_issuer(self) -> str:
        """Name the platform in the app."""
        return _("溯源 Suyuan")

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code that the app scans."""
        drawn = io.BytesIO()
        segno.make(url, micro=False).save(
            drawn, kind="svg", scale=5, border=4, xmldecl=False, dark="#000", light="#fff"
        )
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002, ARG002 - as allauth calls it
        """Name a passkey that nobody named."""
        return _("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Name the platform in the device's own window; its id is the host, as the browser demands."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, object]:
        """Name the account among the device's passkeys."""
        named = {"name": readable(user.phone), "display_name": user.name or readable(user.phone)}
        return {**super().get_public_key_credential_user_entity(user), **named}
