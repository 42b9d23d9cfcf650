"""Groups by sex and age of those who said so: for tests of fairness alone (docs/adr/0019)."""

from collections.abc import Mapping, Sequence

import numpy as np

from accounts.models import Organisation
from finance.enums import AgeBand, Sex
from finance.fitting.fairness import Group
from finance.models.traits import Trait

_GROUPS = {"women": ("sex", Sex.WOMAN), "60_and_older": ("age", AgeBand.FROM_60)}


def trait_of(farm: Organisation) -> Trait | None:
    """Give what a farm said, for its own page and its own file."""
    return Trait.objects.filter(subject=farm).first()


def told_groups(subjects: Sequence[int]) -> Mapping[str, Group]:
    """Give the groups among these farms, by their keys; who did not say stands in neither side of a comparison."""
    found = {one.subject_id: one for one in Trait.objects.filter(subject__in=subjects)}
    said = {name: [getattr(found.get(farm), name, "") for farm in subjects] for name in ("sex", "age")}
    return {
        group: Group(
            inside=np.array([value == wanted.value for value in said[name]], dtype=np.bool_),
            among=np.array([bool(value) for value in said[name]], dtype=np.bool_),
        )
        for group, (name, wanted) in _GROUPS.items()
    }
