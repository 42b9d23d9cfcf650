"""Whose a GTIN is, by the company prefixes that were confirmed."""

from collections.abc import Collection
from itertools import chain

from django.db.models import QuerySet

from accounts.codes import DEMONSTRATION_PREFIX, PREFIX_DIGITS
from accounts.enums import Provenance
from accounts.models import CompanyPrefix, Organisation


def prefixes_of(organisation: Organisation) -> QuerySet[CompanyPrefix]:
    """List what an organisation has claimed, by its digits."""
    return CompanyPrefix.objects.filter(organisation=organisation).order_by("prefix")


def is_confirmed(gtin: str, organisation: Organisation) -> bool:
    """Whether a GTIN of 14 digits begins with a prefix that was confirmed for the organisation.

    GS1 gives the prefix of demonstrations to nobody; it is right in the hands of a labelled cast.
    """
    if gtin[1:].startswith(DEMONSTRATION_PREFIX):
        return organisation.provenance != Provenance.OPERATED
    return _confirmed(_leads(gtin)).filter(organisation=organisation).exists()


def held_by_others(gtins: Collection[str], organisation: Organisation) -> frozenset[str]:
    """Give those of the GTINs, of 14 digits each, that begin with a prefix confirmed for another organisation."""
    leads = {gtin: _leads(gtin) for gtin in gtins}
    if not leads:
        return frozenset()
    others = _confirmed(set(chain.from_iterable(leads.values()))).exclude(organisation=organisation)
    taken = set(others.values_list("prefix", flat=True))
    return frozenset(gtin for gtin, found in leads.items() if taken & found)


def _confirmed(prefixes: Collection[str]) -> QuerySet[CompanyPrefix]:
    return CompanyPrefix.objects.filter(prefix__in=prefixes, confirmed_at__isnull=False)


def _leads(gtin: str) -> set[str]:
    # The first digit of the 14 is the packing level and stands before the prefix.
    return {gtin[1 : 1 + length] for length in PREFIX_DIGITS}
