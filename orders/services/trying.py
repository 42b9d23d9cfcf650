"""Orders looked at as if they were placed: what would be refused, before anything is written."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Membership
from orders.services import order_records
from orders.services.order_records import Sent
from orders.services.placing import check_channels, known_among, number_of, same
from orders.services.taking import OpenOffers
from traceability.errors import InputError
from traceability.events import check_event


class Trial:
    """Batches of orders, each tried after those before it, by the same checks as they are placed by.

    Nothing is locked and nothing is written: what others order meanwhile may still make a difference.
    """

    def __init__(self, membership: Membership) -> None:
        self._membership = membership
        self._offers = OpenOffers(membership=membership)

    def tell(self, sent: Sequence[Sent], *, at: datetime) -> list[InputError | None]:
        """Tell of each order why it would be refused; None where it would be taken. Raises NotYoursError."""
        check_channels({one.facts.channel.pk: one.facts.channel for one in sent}.values(), self._membership)
        self._offers.open({line.offer.pk for one in sent for line in one.facts.lines}, lock=False)
        known = known_among(sent)
        told: list[InputError | None] = []
        for one in sent:
            order = known.get(number_of(one.facts))
            try:
                if order is None:
                    self._try(one, at)
                    told.append(None)
                else:
                    before = same(order, order_records.said(one.facts))
                    told.append(before if isinstance(before, InputError) else None)
            except InputError as refused:
                told.append(refused)
        return told

    def _try(self, one: Sent, at: datetime) -> None:
        self._offers.check(one.facts.lines, at=at)
        said = order_records.said(one.facts)
        record = order_records.record(one, said, membership=self._membership, at=at)
        check_event(record.type, record.entity, record.body, record.private)
        self._offers.take(one.facts.lines)
