from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What a party is in the chain."""

    HOUSEHOLD = "HOUSEHOLD", _("household")
    COOPERATIVE = "COOPERATIVE", _("cooperative")
    PROCESSOR = "PROCESSOR", _("processor")
    LABORATORY = "LABORATORY", _("laboratory")
    BANK = "BANK", _("bank")
    MARKETPLACE = "MARKETPLACE", _("marketplace")
    REGULATOR = "REGULATOR", _("regulator")
    WITNESS = "WITNESS", _("witness")
    OPERATOR = "OPERATOR", _("operator of this platform")


# Others rely on what these say or show them what they would hide: anybody may register one, and it has no powers until
# the operator has looked at it.
KINDS_TO_CONFIRM = frozenset(
    {
        OrganisationKind.LABORATORY,
        OrganisationKind.BANK,
        OrganisationKind.REGULATOR,
        OrganisationKind.WITNESS,
        OrganisationKind.OPERATOR,
    }
)


class Role(TextChoices):
    """What a member may do for the organisation."""

    OWNER = "OWNER", _("owner")
    RECORDER = "RECORDER", _("recorder")
    VIEWER = "VIEWER", _("viewer")


class KeyRole(TextChoices):
    """What a machine may do for the organisation; none may change its members."""

    RECORDER = "RECORDER", _("recorder")
    VIEWER = "VIEWER", _("viewer")


class Provenance(TextChoices):
    """Where an organisation's records come from; anything but OPERATED is labelled wherever a person sees it."""

    OPERATED = "OPERATED", _("real operation")
    GENERATED = "GENERATED", _("generated data")
    EXAMPLE = "EXAMPLE", _("published example data")
