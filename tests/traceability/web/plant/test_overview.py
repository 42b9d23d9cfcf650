from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import farm

pytestmark = pytest.mark.django_db


def test_the_desk_tells_what_waits_what_is_held_and_what_was_lost(
    desk: Client, farmer: Membership, processor: Membership, stranger: Membership
) -> None:
    coming = farm.ship(farm.make_lot(farmer), by=farmer, to=processor)
    mine = [farm.give(farm.make_lot(farmer), by=farmer, to=processor) for _ in range(2)]
    going = farm.ship(mine[0], by=processor, to=farmer)
    farm.hold(mine[1], by=processor)
    farm.ship(farm.make_lot(stranger), by=stranger, to=farmer)

    context = desk.get("/plant/").context

    assert (context["waiting"], context["sent"], context["held"]) == ([coming], [going], [mine[1]])
    assert (context["lots"], context["kg"], context["rate"].percent) == (1, Decimal(1000), None)
