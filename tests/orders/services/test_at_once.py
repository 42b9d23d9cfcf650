"""Eight who order the last kilogram at once, on the real database.

SUYUAN_PLACEMENTS=1000 has them place a thousand orders.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection, connections, transaction
from django.db.models import Sum

from accounts.models import Membership
from orders.enums import LineState, Withdrawal
from orders.models import Allocation, Channel, OrderLine, PresaleOffer
from orders.services import lines
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


def test_a_line_that_is_being_cancelled_is_not_promised(
    processor: Membership, farmer: Membership, operator: Membership, channel: Channel, offer: PresaleOffer
) -> None:
    """The promise waits for the cancellation that came first, and then finds nothing to promise."""
    market.make_plan(farmer, offer.product)
    line = market.line_of(market.place(channel, offer, "6", by=processor))
    market.match(offer.product, by=operator)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        lines.cancel(line=line, reason=Withdrawal.BUYER, entry=market.entry(), membership=processor, at=market.AT)
        promising = pool.submit(together, lambda _: str(len(market.promise(offer.product, by=operator))), 1)
        waits_for_a_lock()

    line.refresh_from_db()
    assert (promising.result(), line.state, Allocation.objects.count()) == (["0"], LineState.CANCELLED, 0)


def waits_for_a_lock() -> None:
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waited for a lock")
