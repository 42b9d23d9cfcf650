import pytest

from accounts.models import Membership
from finance.queries.evidence import own_entities
from tests.factories import scored
from traceability.models import Lot, Plot, Season

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def test_own_entities_are_what_a_farm_holds_grows_and_was_given(
    farmer: Membership, processor: Membership, laboratory: Membership
) -> None:
    scored.furnish(scored.Cast(farmer, processor, laboratory), years=(2026,))

    of_farm = own_entities(farmer.organisation)

    lots = Lot.objects.all()
    ground = [*(one.entity for one in Plot.objects.all()), *(one.entity for one in Season.objects.all())]
    assert sorted(of_farm) == sorted([*ground, *(one.entity for one in lots)])
    assert sorted(own_entities(processor.organisation)) == sorted(
        one.entity for one in lots.filter(custodian=processor.organisation)
    )
    assert own_entities(laboratory.organisation) == []
