import pytest

from accounts.models import Membership, Organisation
from finance.enums import AgeBand, Sex
from finance.queries.traits import told_groups, trait_of
from finance.services import traits
from finance.services.traits import Said
from tests.factories.credit import NOW, entry
from tests.factories.parties import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def _said(sex: Sex | None, age: AgeBand | None) -> Organisation:
    member: Membership = make_member()
    traits.give(said=Said(notice="n", sex=sex, age=age), entry=entry(), membership=member, at=NOW)
    return member.organisation


def test_who_did_not_say_stands_on_neither_side() -> None:
    farms = [
        _said(Sex.WOMAN, AgeBand.FROM_60),
        _said(Sex.MAN, None),
        make_member().organisation,
        _said(None, AgeBand.UNDER_60),
    ]

    found = told_groups([farm.pk for farm in farms])

    assert {name: (one.inside.tolist(), one.among.tolist()) for name, one in found.items()} == {
        "women": ([True, False, False, False], [True, True, False, False]),
        "60_and_older": ([True, False, False, False], [True, False, False, True]),
    }


def test_a_farm_finds_its_own_alone() -> None:
    mine, other = _said(Sex.WOMAN, None), make_member().organisation

    found = trait_of(mine)

    assert found is not None
    assert found.sex == "woman"
    assert trait_of(other) is None
