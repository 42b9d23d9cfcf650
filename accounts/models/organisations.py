import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind, Provenance, Role


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
    members: "models.ManyToManyField[models.Model, Membership]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="organisations"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"], condition=~models.Q(credit_code=""), name="organisation_credit_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Who acts for an organisation, and how far."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices, default=Role.RECORDER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"
