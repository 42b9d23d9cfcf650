"""Eight who order the last kilogram at once, on the real database.

SUYUAN_PLACEMENTS=1000 has them place a thousand orders.
"""

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connections
from django.db.models import Sum

from accounts.models import Membership
from orders.models import Channel, OrderLine, PresaleOffer
from orders.services.taking import left_of
from tests.factories import market
from traceability.errors import RefusedError
from traceability.models import EntityHead

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, PLACEMENTS = 8, int(os.environ.get("SUYUAN_PLACEMENTS", "96"))
KG = 7
# Room for less than half of all, and six kilograms that are too few for anybody.
ROOM = PLACEMENTS * 43 // 96


def together(work: Callable[[int], str], count: int) -> list[str]:
    def alone(number: int) -> str:
        try:
            return work(number)
        except RefusedError as error:
            return error.rule
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(alone, range(count)))


@pytest.fixture
def channel(processor: Membership) -> Channel:
    return market.make_channel(processor)


@pytest.fixture
def offer(processor: Membership) -> PresaleOffer:
    return market.make_offer(processor, market.make_product(), cap_kg=Decimal(KG * ROOM + 6))


def test_no_more_is_ordered_than_is_offered(processor: Membership, channel: Channel, offer: PresaleOffer) -> None:
    def order(number: int) -> str:
        market.place(channel, offer, str(KG), by=processor, number=f"T-{number}")
        return "placed"

    found = together(order, PLACEMENTS)

    assert Counter(found) == {"placed": ROOM, "offer_sold_out": PLACEMENTS - ROOM}
    assert OrderLine.objects.aggregate(kg=Sum("kg"))["kg"] == KG * ROOM
    assert left_of(offer) == 6
    assert EntityHead.objects.filter(entity__startswith="order:").count() == ROOM


def test_one_number_is_one_order_however_many_send_it(
    processor: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    number = str(uuid4())

    together(lambda _: str(market.place(channel, offer, "7", by=processor, number=number).pk), WORKERS * 2)

    assert OrderLine.objects.count() == 1
