"""Whose a GTIN is: nobody registers lots under that of another, and what is not confirmed says so."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.services.prefixes import claim_prefix, confirm_prefix
from tests.factories import epcis, farm
from tests.factories.epcis import faults_of, lot, send
from tests.factories.parties import MORNING, make_user
from tests.traceability.epcis.samples import PADDY, RICE, amount, milling, observation
from traceability.errors import RefusedError
from traceability.models import Lot
from traceability.queries.gtins import is_unconfirmed
from traceability.services.lots import LotFacts
from traceability.services.processes import Input, Process, complete_process

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]
GTIN = "06901234000016"


def give_prefix(member: Membership) -> None:
    operator = make_user("运营")
    operator.is_staff = True
    operator.save()
    confirm_prefix(claim=claim_prefix(by=member, prefix="6901234", at=MORNING), by=operator, at=MORNING)


def test_nobody_harvests_under_the_gtin_of_another(farmer: Membership, stranger: Membership) -> None:
    give_prefix(farmer)

    with pytest.raises(RefusedError) as refused:
        farm.make_lot(stranger, gtin=GTIN, code="A1")

    assert (refused.value.pointer, refused.value.rule) == ("/gtin", "gtin_of_another")
    assert not Lot.objects.filter(gtin=GTIN).exists()
    assert not is_unconfirmed(farm.make_lot(farmer, gtin=GTIN, code="A1"))


@pytest.mark.parametrize("name", ["packing", "dividing"])
def test_only_a_part_of_a_lot_bears_its_gtin_in_other_hands(
    farmer: Membership, processor: Membership, name: str
) -> None:
    give_prefix(farmer)
    whole = farm.give(farm.make_lot(farmer, gtin=GTIN, code="A1"), by=farmer, to=processor)
    facts = LotFacts(kg=Decimal(100), product_form="paddy", gtin=GTIN)
    process = Process(name=name, inputs=[Input(lot=whole, kg=Decimal(100))], outputs=[facts])

    def complete() -> Lot:
        return complete_process(entry=farm.entry(farm.AUTUMN), process=process, membership=processor, at=farm.NOW)[0]

    if name == "dividing":
        assert not is_unconfirmed(complete())
    else:
        with pytest.raises(RefusedError, match="company prefix of another"):
            complete()


def test_nobody_names_lots_of_another_by_epcis(farmer: Membership, stranger: Membership) -> None:
    give_prefix(farmer)

    job = send(stranger, observation(action="ADD"))

    assert faults_of(job) == [("/epcisBody/eventList/0/quantityList/0", "gtin_of_another")]
    assert send(farmer, observation(action="ADD")).errors == []
    assert not is_unconfirmed(lot(PADDY))


def test_who_got_the_lot_speaks_of_it(farmer: Membership, processor: Membership) -> None:
    give_prefix(farmer)
    farm.give(farm.make_lot(farmer, gtin=GTIN, code="PJ240928A01"), by=farmer, to=processor)

    made = milling(inputQuantityList=[amount(PADDY, 100)], outputEPCList=["urn:x:bag:1"])
    job = send(processor, {name: value for name, value in made.items() if name != "outputQuantityList"})

    assert job.errors == []
    assert epcis.is_clean()


def test_everybody_counts_an_amount_of_any_product(farmer: Membership, stranger: Membership) -> None:
    give_prefix(farmer)

    assert send(stranger, observation(quantityList=[amount(f"https://id.gs1.org/01/{GTIN}", 5)])).errors == []


def test_what_was_named_before_the_prefix_was_confirmed_says_that_it_is_not(
    farmer: Membership, stranger: Membership, client: Client
) -> None:
    send(stranger, milling())
    give_prefix(farmer)

    page = client.get(RICE.removeprefix("https://id.gs1.org"), headers={"accept-language": "zh-hans"})

    assert is_unconfirmed(lot(RICE))
    assert "GTIN 未经核实" in page.content.decode()


def test_a_confirmed_one_says_nothing(farmer: Membership, client: Client) -> None:
    give_prefix(farmer)
    send(farmer, milling())

    page = client.get(RICE.removeprefix("https://id.gs1.org"), headers={"accept-language": "en"})

    assert page.status_code == 200
    assert "GTIN not confirmed" not in page.content.decode()


def test_the_lot_page_says_it_too(farmer: Membership, client: Client) -> None:
    made = farm.make_lot(farmer, gtin=GTIN, code="A1")
    client.force_login(farmer.user)

    page = client.get(reverse("farm:lot", args=[made.pk]), headers={"accept-language": "en"})

    assert "GTIN not confirmed" in page.content.decode()
