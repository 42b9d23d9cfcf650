"""How days, weights, areas and places read on the consumer's page."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from traceability.epcis.identifiers import gs1_key
from traceability.models import Lot
from traceability.standards.divisions import places_of
from traceability.standards.names import Name
from traceability.standards.tables import product_forms

_TONNE = Decimal(1000)


def in_words(name: Name) -> str:
    """Give a name of the tables in the reader's language."""
    return name.in_language(get_language() or "")


def plain(number: Decimal) -> str:
    """Write a number without the zeros that its scale adds."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def mass(kg: Decimal) -> str:
    """Write a weight, from a tonne on in tonnes."""
    if kg >= _TONNE:
        return _("%(number)s t") % {"number": plain(kg / _TONNE)}
    return _("%(number)s kg") % {"number": plain(kg)}


def area(mu: Decimal) -> str:
    """Write an area in mu."""
    return _("%(number)s mu") % {"number": plain(mu)}


def day(value: date, *, year: int | None = None) -> str:
    """Write a day; with its year unless that is the one which the reader takes for granted."""
    return full_day(value) if value.year != year else date_format(value, pgettext("format of a day", "M j"))


def full_day(value: date) -> str:
    """Write a day with its year."""
    return date_format(value, pgettext("format of a full day", "M j, Y"))


def village(code: str) -> str:
    """Write where a plot lies, no closer than its village: city and county, where they are known by name."""
    names = [in_words(name) for name in places_of(code)[1:]] or [in_words(name) for name in places_of(code)]
    # As addresses run: the largest first in Chinese, and last in English.
    return "".join(names) if (get_language() or "").startswith("zh") else ", ".join(reversed(names))


def product(lot: Lot) -> str:
    """Name what a lot is, as well as it is known: at the least as the sort of thing that its key names."""
    named = product_forms().get((lot.crop, lot.product_form))
    known = lot.product_name or (in_words(named) if named else lot.get_crop_display())
    return known or f"{lot.get_kind_display()} {lot.code or short_name(lot.epc)}"


def product_and_code(lot: Lot) -> str:
    """Name a lot by product and number, the number once: where no product is known, it is the name."""
    name = product(lot)
    return name if not lot.code or lot.code in name else f"{name} {lot.code}"


def short_name(uri: str) -> str:
    """Give the part of an identifier that people know a thing by."""
    key = gs1_key(uri)
    if key is None:
        return uri.rstrip("/").rpartition("/")[2] if uri.startswith("http") else uri
    return key.qualifier_value or key.value


def titled(what: str, which: str) -> str:
    """Join what was done and to or with what, where that is known."""
    return _("%(what)s: %(which)s") % {"what": what, "which": which} if which else what


def listed(names: Iterable[str]) -> str:
    """Join names as the reader's language does."""
    return _(", ").join(names)


def capitalised(text: str) -> str:
    """Begin a text with a capital letter, where its script has any."""
    return text[:1].upper() + text[1:]
