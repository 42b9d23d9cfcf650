"""Banks' machines: who they are, what their tokens are bound to, and what they pushed before a farmer was asked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BankClient(models.Model):
    """A bank's machine, with the public keys that it signs with. What OAuth knows of it stands in the application."""

    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.PROTECT, related_name="bank_client"
    )
    organisation = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="bank_clients")
    # In whose name it asks: the log names a person for everything.
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField(_("registered at"))
    key_set = models.JSONField(_("public keys"))
    # SHA-256 of its TLS certificate, base64url (RFC 8705, 3.1), where a front before us checks such certificates.
    cert_thumbprint = models.CharField(_("thumbprint of its TLS certificate"), max_length=43, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-registered_at"], name="clients_of_bank")]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.application}"


class TokenBinding(models.Model):
    """To which key an access token is bound, and for what it is good."""

    token = models.OneToOneField(
        settings.OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL, on_delete=models.CASCADE, related_name="binding"
    )
    client = models.ForeignKey(BankClient, on_delete=models.CASCADE, related_name="+")
    # As `cnf` has them: the thumbprint of a DPoP key (`jkt`) or of a TLS certificate (`x5t#S256`).
    method = models.CharField(max_length=8, choices=[("jkt", "DPoP"), ("x5t#S256", "TLS")])
    thumbprint = models.CharField(_("thumbprint"), max_length=43)
    details = models.JSONField(_("authorization details"))

    def __str__(self) -> str:
        return f"{self.client}: {self.thumbprint}"


class PushedRequest(models.Model):
    """An authorization request that a client pushed (RFC 9126): what the farmer is asked does not pass his browser."""

    # The hash of the reference that the client was given.
    reference_hash = models.BinaryField(max_length=32, unique=True)
    client = models.ForeignKey(BankClient, on_delete=models.CASCADE, related_name="pushed")
    redirect_uri = models.CharField(max_length=500)
    state = models.CharField(max_length=500, blank=True)
    code_challenge = models.CharField(max_length=128)
    # The DPoP key to which the code is bound, where the client said (RFC 9449, 10).
    dpop_jkt = models.CharField(max_length=43, blank=True)
    details = models.JSONField(_("authorization details"))
    expires_at = models.DateTimeField(_("until"))
    # The code that came of it; its details are looked up here when the code is exchanged.
    grant = models.OneToOneField(
        settings.OAUTH2_PROVIDER_GRANT_MODEL, on_delete=models.CASCADE, null=True, related_name="pushed"
    )

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="pushed_to_forget")]

    def __str__(self) -> str:
        return f"{self.client}: {self.expires_at}"
