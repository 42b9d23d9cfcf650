"""What the pages of the market say and do."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from orders.enums import AllocationState, RunState
from orders.models import MatchRun, OrderLine, PayoutInstruction, PlantingPlan, PresaleOffer, Product
from tests.factories import farm, market
from tests.factories.pages import client_of, errors_of, send, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


def press(client: Client, page: str, url: str, **sent: str) -> Any:
    """Press a button of a page that asks for nothing."""
    shown_page: Any = client.get(page)
    return client.post(url, {**shown(shown_page.context["form"]), **sent})


def test_an_offer_is_opened_and_ordered_without_a_log_in(processor: Membership) -> None:
    product = market.make_product()
    said = {
        "min_grade": market.grade(product).pk,
        "window": market.window(product, 2).pk,
        "ship_region": market.node().pk,
        "price_fen_per_kg": "4.20",
        "cap_kg": "100",
        "cutoff_at": "2026-12-31T20:00",
        "deposit_kind": "none",
        "substitution": "ask",
    }
    send(client_of(processor), reverse("market:offer_new", args=[product.code]), **said)
    offer = PresaleOffer.objects.get()
    assert [offer.price_fen_per_kg, offer.cap_kg] == [420, 100]

    page = reverse("order:place", args=[offer.pk])
    wanted = {"kg": "60", "node": market.node("沈阳").pk, "buyer": "李女士"}
    answer = send(client_of(None), page, **wanted)

    own = client_of(None).get(answer.headers["Location"]).content.decode()
    assert "Keep the address of this page" in own
    assert "60 kg" in own
    assert OrderLine.objects.get().kg == 60
    assert errors_of(send(client_of(None), page, **{**wanted, "kg": "41"})) == {
        "kg": ["Only 40 kg are left of this offer"]
    }
    assert OrderLine.objects.count() == 1


def test_a_grower_plans_and_estimates_anew(farmer: Membership) -> None:
    product = market.make_product()
    said = {
        "plot": farm.make_plot(farmer).pk,
        "variety": "盐丰47",
        "area_mu": "10",
        "node": market.node().pk,
        "grade": market.grade(product).pk,
        "window": market.window(product, 2).pk,
        "p10_kg": "800",
        "p50_kg": "1000",
        "p90_kg": "1200",
        "ask_fen_per_kg": "3",
    }
    page = reverse("market:plan_new", args=[product.code])
    assert list(errors_of(send(client_of(farmer), page, **{**said, "p50_kg": "700"}))) == ["p50_kg"]

    send(client_of(farmer), page, **said)
    plan = PlantingPlan.objects.get()
    hail = {"reason": "weather", "p10_kg": "300", "p50_kg": "400", "p90_kg": "500"}
    send(client_of(farmer), reverse("market:revise", args=[plan.pk]), **hail)

    text = client_of(farmer).get(reverse("market:plan", args=[plan.pk])).content.decode()
    assert "hail, frost or storm" in text
    assert plan.supplies.get().p50_kg == 400


def test_the_operator_sees_who_loses_and_publishes(operator: Membership, season: market.Season) -> None:
    client = client_of(operator)
    page = reverse("market:run", args=[season.waiting.pk])
    text = client.get(page).content.decode()
    assert "This run waits for your sign-off" in text

    press(client, page, reverse("market:decide", args=[season.waiting.pk]), decision="publish")

    assert "match again" in client.get(page).content.decode()
    press(client, page, reverse("market:decide", args=[season.waiting.pk]), decision="reject")
    assert MatchRun.objects.get(pk=season.waiting.pk).state == RunState.REJECTED


def test_the_market_shows_what_is_short(farmer: Membership, season: market.Season) -> None:
    text = client_of(farmer).get(reverse("market:home")).content.decode()

    assert season.product.name in text
    assert "80" in text


def test_a_grower_picks_ships_and_reads_when_the_money_comes(farmer: Membership, season: market.Season) -> None:
    client = client_of(farmer)
    lot = farm.make_lot(farmer, season.firm.supply.plan.season)
    step = {"kg": "200", "day": "2026-10-02"}

    send(client, reverse("market:step", args=[season.firm.pk, "pick"]), lot=lot.pk, **step)
    send(client, reverse("market:step", args=[season.firm.pk, "ship"]), **step)

    season.firm.refresh_from_db()
    assert (season.firm.state, season.firm.shipped_kg) == (AllocationState.SHIPPED, Decimal(200))
    assert "money by" in client.get(reverse("market:growing")).content.decode()


def test_the_banks_receipt_ends_a_statement(processor: Membership, season: market.Season) -> None:
    client = client_of(processor)
    table = client.get(reverse("market:payouts")).content.decode("utf-8-sig").splitlines()
    assert table[1].split(",")[0] == str(season.payout.pk)

    send(client, reverse("market:receipt", args=[season.payout.pk]), number="B-7", paid_on="2026-10-12")

    assert PayoutInstruction.objects.get(pk=season.payout.pk).receipt == "B-7"
    assert len(client.get(reverse("market:payouts")).content.decode().splitlines()) == 1


def test_the_operator_matches_by_a_button(operator: Membership) -> None:
    product: Product = market.make_product()
    home = reverse("market:home")

    answer = press(client_of(operator), home, reverse("market:match", args=[product.code]))

    assert answer.headers["Location"] == reverse("market:run", args=[MatchRun.objects.get().pk])
