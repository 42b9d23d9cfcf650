"""Where the public page of an item is."""

from django.urls import reverse

from traceability.models import Lot


def address_of(lot: Lot) -> str:
    """Give the path of an item's page: its Digital Link where it has a GTIN with lot or serial number, else its id."""
    for ai in ("10", "21"):
        head = f"https://id.gs1.org/01/{lot.gtin}/{ai}/"
        if lot.gtin and lot.epc.startswith(head):
            return lot.epc.removeprefix("https://id.gs1.org")
    return reverse("trace:item", args=[lot.pk])
