"""Figures for authorities that tell of nobody: no group of fewer than eleven farms is shown by itself.

A group that is too small goes into "other"; where that is still too small, the next smallest goes there as well, so
that it cannot be had by taking what is shown from the sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from finance.enums import ConsentState, LoanState
from finance.models import Consent, Loan
from traceability.models import Plot

LEAST = 11
# GB/T 2260: six digits name a county.
_COUNTY = 6
_LENT = (LoanState.ACTIVE, LoanState.CLOSED, LoanState.OVERPAID, LoanState.WRITTEN_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """So many farms of one county; an empty code stands for all others together."""

    code: str
    farms: int
    mu: int
    with_consent: int
    loans: int
    lent_fen: int
    late: int

    def __add__(self, other: "Group") -> "Group":
        """Put two groups together as "other"."""
        names = ("farms", "mu", "with_consent", "loans", "lent_fen", "late")
        return Group(code="", **{name: getattr(self, name) + getattr(other, name) for name in names})


def by_county() -> list[Group]:
    """Give the figures of each county that has enough farms, the others together last; none where all are too few."""
    return merged(_counties())


def merged(groups: Iterable[Group], *, least: int = LEAST) -> list[Group]:
    """Put groups that are too small together until each that is left has enough farms."""
    by_size = sorted(groups, key=lambda one: (one.farms, one.code))
    small = [one for one in by_size if one.farms < least]
    large = by_size[len(small) :]
    if not small:
        return sorted(large, key=lambda one: one.code)
    other = sum(small[1:], start=_other(small[0]))
    while other.farms < least and large:
        other = other + large.pop(0)
    shown = sorted(large, key=lambda one: one.code)
    return [*shown, other] if other.farms >= least else shown


def _other(one: Group) -> Group:
    return one + Group(code="", farms=0, mu=0, with_consent=0, loans=0, lent_fen=0, late=0)


def _counties() -> list[Group]:
    county = _county_of_farms()
    consents = set(Consent.objects.filter(state=ConsentState.GRANTED).values_list("subject_id", flat=True))
    areas = dict(
        Plot.objects.filter(holder__in=county, retired=False)
        .values_list("holder")
        .annotate(mu=Sum(Coalesce("measured_mu", "declared_mu")))
        .values_list("holder", "mu")
    )
    loans = list(Loan.objects.filter(subject__in=county, state__in=_LENT))
    return [_group(code, county, consents, areas, loans) for code in sorted(set(county.values()))]


def _county_of_farms() -> Mapping[int, str]:
    kinds = Q(kind=OrganisationKind.HOUSEHOLD) | Q(kind=OrganisationKind.COOPERATIVE)
    plots = Plot.objects.filter(retired=False, holder__in=Organisation.objects.filter(kinds))
    # A farm on the border of two counties counts once, where its first plot lies.
    pairs = plots.order_by("-number").values_list("holder_id", "division_code")
    return {farm: code[:_COUNTY] for farm, code in pairs}


def _group(
    code: str, county: Mapping[int, str], consents: set[int], areas: Mapping[int, object], loans: Iterable[Loan]
) -> Group:
    farms = {farm for farm, where in county.items() if where == code}
    own = [one for one in loans if one.subject_id in farms]
    return Group(
        code=code,
        farms=len(farms),
        mu=round(sum(float(str(areas.get(farm) or 0)) for farm in farms)),
        with_consent=len(farms & consents),
        loans=len(own),
        lent_fen=sum(one.amount_fen for one in own),
        late=sum(one.days_past_due > 0 for one in own),
    )
