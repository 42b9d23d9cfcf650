"""What a dispute is about, in words."""

from django.utils.translation import gettext as _

from finance.queries.reason_texts import is_named, name_of

# What stands in a dispute's address where it is about what a bank said, and not about a figure.
LOAN = "loan"


def named(feature: str) -> str:
    """Name a figure, or a loan; empty for what nobody knows, since an address may say anything."""
    if feature == LOAN:
        return _("what the bank said of a loan")
    return name_of(feature) if is_named(feature) else ""
