import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import KINDS_TO_CONFIRM, OrganisationKind, Provenance, Role


class Organisation(models.Model):
    """A party: a household, a company, an authority. Only the pseudonym `public_id` ever enters the log."""

    public_id = models.UUIDField(_("pseudonym"), unique=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=16, choices=OrganisationKind.choices)
    name = models.CharField(_("name"), max_length=120)
    # 统一社会信用代码; households have none.
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    division_code = models.CharField(_("division code"), max_length=12, blank=True)
    provenance = models.CharField(
        _("provenance"), max_length=12, choices=Provenance.choices, default=Provenance.OPERATED
    )
    registered_at = models.DateTimeField(_("registered at"), default=timezone.now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    members: "models.ManyToManyField[models.Model, Membership]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="organisations"
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="organisation_credit_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_powers(self) -> bool:
        """Whether it may act as what it says it is; some kinds wait for the operator's confirmation."""
        return self.confirmed_at is not None or self.kind not in KINDS_TO_CONFIRM


class Membership(models.Model):
    """Who acts for an organisation, and how far."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.RECORDER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"


class Invitation(models.Model):
    """A place that an organisation offers to whoever proves to have a phone number; gone once it is answered."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    phone = models.CharField(_("phone number"), max_length=16, db_index=True)
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.RECORDER)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField(_("invited at"))

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint(fields=["organisation", "phone"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.phone} · {self.organisation} · {self.get_role_display()}"
