"""Whether a lot bears a GTIN by right."""

from accounts.queries.prefixes import is_confirmed
from traceability.models import Lot


def is_unconfirmed(lot: Lot) -> bool:
    """Whether nobody has confirmed that the GTIN of a lot is its registrant's.

    A part that was divided off for shipping bears the GTIN of the lot that it came from.
    """
    if not lot.gtin or is_confirmed(lot.gtin, lot.registrant):
        return False
    wholes = Lot.objects.filter(products__product=lot, gtin=lot.gtin).select_related("registrant")
    return not any(is_confirmed(lot.gtin, whole.registrant) for whole in wholes)
