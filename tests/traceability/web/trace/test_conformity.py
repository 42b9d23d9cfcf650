import re

import pytest
from django.test import Client

from accounts.models import Membership
from tests.factories import fruit, stories
from tests.traceability.web.trace.test_views import text_of
from traceability.models import Lot
from traceability.web.trace.addresses import address_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

PROMISE = "对承诺的真实性负责"
HEADING = "承诺达标合格证"
LACKING = "none is recorded for it here"


def page(client: Client, lot: Lot) -> str:
    return text_of(client, address_of(lot), "en")


def test_fruit_shows_its_certificate_in_the_words_of_the_order(client: Client, farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    certificate = fruit.issue(lot, by=farmer)

    text = page(client, lot)

    assert PROMISE in text
    assert certificate.number in text
    assert "Issued by the farm household" in text
    assert "Place of origin 辽宁省丹东市东港市" in text


def test_whom_to_call_and_whose_household_it_is_are_not_public(client: Client, farmer: Membership) -> None:
    lot = fruit.make_fruit(farmer)
    fruit.issue(lot, by=farmer)

    raw = client.get(address_of(lot)).content.decode()

    assert "13900000001" not in raw
    assert farmer.organisation.name not in raw


@pytest.mark.parametrize("voided", [False, True])
def test_fruit_without_a_valid_certificate_says_so(client: Client, farmer: Membership, voided: bool) -> None:  # noqa: FBT001
    lot = fruit.make_fruit(farmer)
    if voided:
        fruit.void(fruit.issue(lot, by=farmer), by=farmer)

    text = page(client, lot)

    assert LACKING in text
    assert PROMISE not in text


def test_what_was_made_of_one_producers_fruit_names_whose_certificate_it_shows(
    client: Client, farmer: Membership
) -> None:
    lot = fruit.make_fruit(farmer)
    fruit.issue(lot, by=farmer)

    assert f"issued for {lot.code}, of which this was made" in page(client, fruit.pack(lot, by=farmer))


def test_rice_needs_none_and_says_nothing(client: Client) -> None:
    assert not re.search(HEADING, page(client, stories.rice().bag))
