from decimal import Decimal

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.queries import history
from traceability.services.corrections import correct
from traceability.services.entries import Entry
from traceability.services.intake import Delivery, take_in
from traceability.services.weighing import Weighing

WEIGHING = Weighing(
    gross_kg=Decimal(3200),
    tare_kg=Decimal(2200),
    moisture_percent=Decimal("15.2"),
    impurity_percent=Decimal("0.8"),
    grade="二等",
    slip="GB-17",
    supplier_code="ZJ-3",
)
DELIVERY = Delivery(
    product_form="in shell", crop="peanut", product_name="花生果", supplier_name="张三", weighing=WEIGHING
)


def take(by: Membership, entry: Entry | None = None) -> Lot:
    return take_in(delivery=DELIVERY, entry=entry or farm.entry(farm.AUTUMN), membership=by, at=farm.NOW)


def test_a_delivery_becomes_a_lot_in_the_partys_hands(processor: Membership) -> None:
    lot = take(processor)

    said = history.of(lot.entity)[0]
    assert (lot.kg, lot.moisture_percent) == (Decimal(1000), Decimal("15.2"))
    assert (lot.crop, lot.supplier_code) == ("peanut", "ZJ-3")
    assert (lot.custodian, lot.season) == (processor.organisation, None)
    assert said.leaf.inputs == ()
    assert (said.leaf.body["grade"], said.private["supplier_name"]) == ("二等", "张三")


def test_a_supplier_that_is_a_party_is_named_by_its_pseudonym(processor: Membership, farmer: Membership) -> None:
    delivery = Delivery(product_form="paddy", weighing=WEIGHING, supplier=farmer.organisation)

    lot = take_in(delivery=delivery, entry=farm.entry(farm.AUTUMN), membership=processor, at=farm.NOW)

    assert farm.say(lot.entity).body["supplier"] == str(farmer.organisation.public_id)


def test_the_same_entry_twice_is_one_lot(processor: Membership) -> None:
    entry = farm.entry(farm.AUTUMN)

    assert take(processor, entry) == take(processor, entry) == Lot.objects.get()


def test_what_was_weighed_wrong_is_put_right_while_nothing_was_used(processor: Membership) -> None:
    lot = take(processor)
    weighed_again = farm.correction(farm.say(lot.entity).id, kg="990")

    correct(correction=weighed_again, entry=farm.entry(farm.AUTUMN), membership=processor, at=farm.NOW)

    lot.refresh_from_db()
    assert lot.kg == Decimal(990)


def test_a_viewer_takes_nothing_in(viewer: Membership) -> None:
    with pytest.raises(RefusedError, match="may look"):
        take(viewer)
