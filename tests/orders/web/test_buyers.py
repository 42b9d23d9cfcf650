"""What a customer without a log-in does with an order of theirs, and what nobody else can."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from orders.enums import AllocationState, Answer, ChannelKind, DepositKind, LineState
from orders.models import Allocation, Channel, OrderLine, PresaleOffer, SubstitutionProposal
from orders.queries.board import needs
from orders.queries.orders import token_of
from tests.factories import farm, market
from tests.factories.pages import client_of, errors_of, send, shown
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


@pytest.fixture
def nobody() -> Client:
    return client_of(None)


def page_of(line: OrderLine) -> str:
    return reverse("order:mine", args=[token_of(line.order)])


def step_of(line: OrderLine, step: str) -> str:
    return reverse("order:line", args=[token_of(line.order), line.pk, step])


def untouched(season: market.Season) -> OrderLine:
    return OrderLine.objects.get(offer=season.open_offer, proposals=None)


def test_a_customer_changes_and_cancels_until_the_cut_off(nobody: Client, season: market.Season) -> None:
    line = untouched(season)
    assert errors_of(send(nobody, step_of(line, "change"), kg="99999")) == {
        "kg": ["Only 9940 kg are left of this offer"]
    }

    send(nobody, step_of(line, "change"), kg="70")
    line.refresh_from_db()
    assert line.kg == 70
    send(nobody, step_of(line, "cancel"))

    line.refresh_from_db()
    assert line.state == LineState.CANCELLED
    said = history.of(line.order.entity)[-1].leaf
    assert (said.type, said.body["by"], said.body["reason"]) == ("order.cancelled", "buyer", "not_wanted")
    assert "cancelled" in nobody.get(page_of(line)).content.decode()


def test_what_was_paid_ahead_and_paid_back_stands_there(nobody: Client, processor: Membership) -> None:
    product = market.make_product()
    offer = market.make_offer(
        processor,
        product,
        window=market.window(product, 2),
        cutoff_at=datetime(2027, 1, 1, tzinfo=UTC),
        deposit_kind=DepositKind.PREPAYMENT,
        deposit_bp=1000,
    )
    line = market.line_of(market.place(market.make_channel(processor), offer, "100", by=processor))
    assert "to be paid: the seller calls or writes to you" in nobody.get(page_of(line)).content.decode()
    line.state, line.deposit_fen = LineState.PLACED, 4200
    line.save()

    send(nobody, step_of(line, "cancel"))

    text = nobody.get(page_of(line)).content.decode()
    assert "Paid back" in text
    assert "42.00" in text


def test_a_customer_says_yes_to_other_goods(nobody: Client, season: market.Season) -> None:
    line = season.asked.line
    assert "Other goods in place of it?" in nobody.get(page_of(line)).content.decode()

    url = reverse("order:proposal", args=[token_of(line.order), season.asked.pk])
    send(nobody, url, answer="accepted")

    assert SubstitutionProposal.objects.get().answer == Answer.ACCEPTED
    assert Allocation.objects.get(line=line).firm_kg == 60
    assert nobody.get(url).status_code == 404


def test_nothing_is_asked_about_an_order_that_ended(nobody: Client, season: market.Season) -> None:
    line = season.asked.line
    send(nobody, step_of(line, "cancel"))

    assert "Other goods in place of it?" not in nobody.get(page_of(line)).content.decode()


def test_a_no_gives_the_money_back(nobody: Client, season: market.Season) -> None:
    line = season.asked.line

    send(nobody, reverse("order:proposal", args=[token_of(line.order), season.asked.pk]), answer="declined")

    line.refresh_from_db()
    assert line.state == LineState.CANCELLED


def deliver(season: market.Season, farmer: Membership, processor: Membership) -> Allocation:
    lot = farm.make_lot(farmer, season.firm.supply.plan.season)
    return market.bring(season.firm, lot, by=farmer, to=processor)


def test_a_customer_accepts_what_arrived_and_sees_its_field(
    nobody: Client, season: market.Season, farmer: Membership, processor: Membership
) -> None:
    arrived = deliver(season, farmer, processor)
    text = nobody.get(page_of(arrived.line)).content.decode()
    assert "200 kg arrived well" in text
    assert reverse("trace:item", args=[arrived.lot_id]) in text

    send(nobody, reverse("order:delivery", args=[token_of(arrived.line.order), arrived.pk, "accept"]))

    arrived.refresh_from_db()
    assert (arrived.state, arrived.accepted_kg) == (AllocationState.ACCEPTED, Decimal(200))
    assert history.of(arrived.entity)[-1].leaf.body == {"by": "buyer"}


def test_a_complaint_freezes_its_own_part(
    nobody: Client, season: market.Season, farmer: Membership, processor: Membership
) -> None:
    arrived = deliver(season, farmer, processor)
    url = reverse("order:delivery", args=[token_of(arrived.line.order), arrived.pk, "dispute"])
    assert errors_of(send(nobody, url, fen="9999", note="发霉")) == {
        "fen": ["Must not be above what is owed, 840.00 yuan"]
    }

    send(nobody, url, fen="20.50", note="发霉")

    arrived.refresh_from_db()
    assert (arrived.disputed_fen, arrived.state) == (2050, AllocationState.DELIVERED)
    assert "20.50 yuan are looked at" in nobody.get(page_of(arrived.line)).content.decode()
    assert nobody.get(url).status_code == 404


def test_an_address_that_nobody_was_given_leads_nowhere(nobody: Client, season: market.Season) -> None:
    line, other = untouched(season), season.asked.line
    token = token_of(line.order)

    assert nobody.get(reverse("order:mine", args=[f"{line.order.pk.hex}.x"])).status_code == 404
    assert nobody.get(reverse("order:mine", args=[token[:-1]])).status_code == 404
    for name, args in (
        ("line", [token, other.pk, "cancel"]),
        ("line", [token, line.pk, "refund"]),
        ("proposal", [token, season.asked.pk]),
        ("delivery", [token, season.disputed.pk, "accept"]),
    ):
        assert nobody.get(reverse(f"order:{name}", args=args)).status_code == 404
    page = nobody.get(page_of(line))
    assert (page.headers["X-Robots-Tag"], page.headers["Referrer-Policy"]) == ("noindex", "same-origin")


@pytest.fixture
def offer(season: market.Season) -> PresaleOffer:
    return season.open_offer


@pytest.mark.parametrize(
    ("source", "channel", "campaign"),
    [
        ("shop.new-year", "shop", "new-year"),
        ("shop", "shop", None),
        ("shop.spring", "shop", None),
        ("", "own", None),
        ("anothers.new-year", "own", None),
    ],
)
def test_an_order_counts_for_the_code_it_came_by(
    nobody: Client, offer: PresaleOffer, source: str, channel: str, campaign: str | None
) -> None:
    page = f"{reverse('order:place', args=[offer.pk])}?from={source}"

    send(nobody, page, kg="5", node=market.node().pk, buyer="孙先生")

    order = OrderLine.objects.get(kg=Decimal(5)).order
    assert order.channel.code.partition("-")[0] == channel
    assert (order.campaign.code if order.campaign else None) == campaign
    assert history.of(order.entity)[0].private.get("campaign") == campaign


def test_a_campaign_that_is_over_counts_for_its_channel(nobody: Client, offer: PresaleOffer) -> None:
    with time_machine.travel(datetime(2026, 12, 31, 20, tzinfo=UTC), tick=False):
        page = f"{reverse('order:place', args=[offer.pk])}?from=shop.new-year"
        send(nobody, page, kg="5", node=market.node().pk, buyer="孙先生")

    order = OrderLine.objects.get(kg=Decimal(5)).order
    assert (order.channel.code, order.campaign) == ("shop", None)


def test_nobody_guesses_at_anothers_order_by_its_id(nobody: Client, season: market.Season) -> None:
    """Ids of orders stand in the public log; whose they are and how much was ordered does not."""
    page = reverse("order:place", args=[season.open_offer.pk])
    mine = {"kg": "5", "node": market.node().pk, "buyer": "孙先生 13900000000"}
    send(nobody, page, **mine)
    first = OrderLine.objects.get(kg=5).order

    guessed = send(client_of(None), page, **mine, record_id=str(first.pk))

    assert guessed.status_code == 302
    assert token_of(first) not in guessed.headers["Location"]
    assert OrderLine.objects.filter(order__buyer=mine["buyer"]).count() == 2


def test_an_order_pressed_twice_is_one(nobody: Client, season: market.Season) -> None:
    page = reverse("order:place", args=[season.open_offer.pk])
    typed = {**shown(nobody.get(page).context["form"]), "kg": "5", "node": market.node().pk, "buyer": "孙先生"}

    first, second = (nobody.post(page, typed).headers["Location"] for _ in range(2))

    assert first == second
    assert OrderLine.objects.filter(kg=5).count() == 1


def test_a_customer_puts_no_need_on_the_board_in_the_sellers_name(nobody: Client, season: market.Season) -> None:
    need = Channel.objects.get(kind=ChannelKind.NEED)
    before = needs().count()

    send(
        nobody,
        f"{reverse('order:place', args=[season.open_offer.pk])}?from={need.code}",
        kg="5",
        node=market.node().pk,
        buyer="孙先生",
    )

    assert OrderLine.objects.get(kg=5).order.channel.kind == ChannelKind.OWN
    assert needs().count() == before
