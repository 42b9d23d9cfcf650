from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationKind(TextChoices):
    """What a party is in the chain."""

    HOUSEHOLD = "HOUSEHOLD", _("Household")
    COOPERATIVE = "COOPERATIVE", _("Cooperative")
    PROCESSOR = "PROCESSOR", _("Processor")
    LABORATORY = "LABORATORY", _("Laboratory")
    BANK = "BANK", _("Bank")
    MARKETPLACE = "MARKETPLACE", _("Marketplace")
    REGULATOR = "REGULATOR", _("Regulator")
    WITNESS = "WITNESS", _("Witness")
    OPERATOR = "OPERATOR", _("Operator of this platform")


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

    OWNER = "OWNER", _("Owner")
    RECORDER = "RECORDER", _("Recorder")
    VIEWER = "VIEWER", _("Viewer")


class KeyRole(TextChoices):
    """What a machine may do for the organisation; none may change its members."""

    RECORDER = "RECORDER", _("Recorder")
    VIEWER = "VIEWER", _("Viewer")


class KeyScope(TextChoices):
    """A part of the API that a machine's key may be confined to."""

    FARM = "farm", _("Plots, seasons, field work and harvests")
    LOTS = "lots", _("Lots, records, processing, store and shipments")
    INSPECTION = "inspection", _("Samples, results, certificates and holds")
    RECALLS = "recalls", _("Recalls")
    IMPORTS = "imports", _("Sheets")
    ORDERS = "orders", _("Presale, orders and payments")
    EPCIS = "epcis", _("EPCIS documents and events")


class Provenance(TextChoices):
    """Where an organisation's records come from; anything but OPERATED is labelled wherever a person sees it."""

    OPERATED = "OPERATED", _("Real operation")
    GENERATED = "GENERATED", _("Generated data")
    EXAMPLE = "EXAMPLE", _("Published example data")


# Who takes goods in, makes something of them and sends them on.
MAKERS = (
    OrganisationKind.PROCESSOR,
    OrganisationKind.COOPERATIVE,
    OrganisationKind.HOUSEHOLD,
    OrganisationKind.MARKETPLACE,
)
