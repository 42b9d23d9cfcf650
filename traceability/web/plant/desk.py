"""Who has a desk here."""

from accounts.enums import OrganisationKind

# Whoever takes goods in, turns them into others, or sends them on.
MAKERS = (
    OrganisationKind.PROCESSOR,
    OrganisationKind.COOPERATIVE,
    OrganisationKind.HOUSEHOLD,
    OrganisationKind.MARKETPLACE,
)
