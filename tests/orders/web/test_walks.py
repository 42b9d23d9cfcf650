"""Sellers, growers and payers walk through channels, the board, alerts, recommendations, shortages and statements."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Membership
from orders.enums import AllocationState, Answer, DepositKind, LineState, RiskAction
from orders.models import Allocation, Campaign, Channel, OrderLine, PayoutInstruction, Recommendation, RiskAlert
from orders.queries.sales import sales_by_channel
from tests.factories import farm, market
from tests.factories.pages import client_of, errors_of, fill, is_asked_who, send, shown
from traceability.queries import history

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("autumn")]


@pytest.fixture
def autumn() -> Iterator[None]:
    with time_machine.travel(farm.NOW, tick=False):
        yield


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


def text_of(member: Membership, name: str, *args: object, query: str = "") -> str:
    return client_of(member).get(reverse(f"market:{name}", args=args) + query).content.decode()


def test_a_seller_sets_up_a_stream_and_a_campaign_with_codes(processor: Membership, season: market.Season) -> None:
    client = client_of(processor)
    said = {"name": "直播一号", "code": "live-1", "kind": "LIVE"}
    send(client, reverse("market:channel_new"), **said)
    assert errors_of(send(client, reverse("market:channel_new"), **said)) == {"code": ["This code is taken"]}
    assert errors_of(send(client, reverse("market:channel_new"), **{**said, "code": "new"})) == {
        "code": ["This word is taken."]
    }

    sale = {"name": "双十一", "code": "1111", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
    answer = send(client, reverse("market:campaign_new", args=["live-1"]), **sale)

    assert Campaign.objects.get(code="1111").channel == Channel.objects.get(code="live-1")
    page = client.get(answer.headers["Location"]).content.decode()
    assert f"{reverse('market:qr', args=[season.open_offer.pk])}?from=live-1.1111" in page
    drawn = client.get(f"{reverse('market:qr', args=[season.open_offer.pk])}?from=live-1.1111")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    plain = client.get(reverse("market:qr", args=[season.open_offer.pk]))
    assert plain.content != drawn.content


def test_a_channels_key_is_shown_once(processor: Membership, season: market.Season) -> None:
    client = client_of(processor)
    assert "This channel has no key yet" in text_of(processor, "channel", "shop")

    page = client.post(reverse("market:channel_key", args=["shop"])).content.decode()

    assert "whsec_" in page
    assert "This channel has a key." in text_of(processor, "channel", "shop")
    assert "whsec_" not in text_of(processor, "channel", "shop")


def test_a_channels_key_is_drawn_after_the_password(processor: Membership, season: market.Season) -> None:
    assert is_asked_who(processor, reverse("market:channel_key", args=["shop"]))
    assert "This channel has no key yet" in text_of(processor, "channel", "shop")


def test_a_bank_is_instructed_after_the_password(processor: Membership, season: market.Season) -> None:
    instructed = PayoutInstruction.objects.count()

    assert is_asked_who(processor, reverse("market:instruct", args=[season.statement.pk]))
    assert PayoutInstruction.objects.count() == instructed


def test_sales_are_counted_by_channel_and_campaign(
    processor: Membership, season: market.Season, farmer: Membership
) -> None:
    market.place(season.campaign.channel, season.open_offer, "10", by=processor, campaign=season.campaign)
    ((total, (campaign,)),) = sales_by_channel(processor)

    # 300 were accepted; 300 + 200 + 150 + 80 + 60 + 10 were ordered at 4.20 yuan.
    assert (total.orders, total.ordered_kg, total.ordered_fen, total.accepted_kg) == (
        6,
        Decimal(800),
        336_000,
        Decimal(300),
    )
    assert (campaign.orders, campaign.ordered_kg, campaign.fen_per_kg, campaign.accepted_kg) == (
        1,
        Decimal(10),
        420,
        Decimal(0),
    )
    assert sales_by_channel(farmer) == []
    assert "3,360.00" in text_of(processor, "channels")


def test_a_need_stands_on_the_board_for_everybody(
    processor: Membership, farmer: Membership, stranger: Membership, season: market.Season
) -> None:
    said = {
        "min_grade": market.grade(season.product, 1).pk,
        "window": market.window(season.product, 2).pk,
        "node": market.node().pk,
        "kg": "555",
        "price_fen_per_kg": "3.70",
    }
    send(client_of(processor), reverse("market:need_new", args=[season.product.code]), **said)

    for member in (farmer, stranger):
        text = text_of(member, "board")
        assert "盘锦米业" in text
        assert "555 kg open" in text
    assert "Your needs" in text_of(processor, "board")
    assert "Your needs" not in text_of(farmer, "board")


def test_a_grower_takes_a_recommendation_up_or_not(farmer: Membership, season: market.Season) -> None:
    client = client_of(farmer)
    advice = season.recommendation
    assert "because 62 % is presold, 30 % is forecast, and 3.80 yuan/kg can be expected" in text_of(farmer, "growing")
    ahead = (
        "Sell 1,172 kg ahead of the 1,200 kg expected: a kilogram left over costs you 0.88 yuan, one that is missing"
    )
    assert f"{ahead} 1.20 yuan." in text_of(farmer, "growing")
    chinese = client.get(reverse("market:growing"), headers={"Accept-Language": "zh-hans"}).content.decode()
    assert (
        "预计收 1,200 公斤，建议先订出去 1,172 公斤：多出一公斤没人要，亏 0.88 元；订了却少一公斤，亏 1.20 元。"
        in chinese
    )
    # What was recommended before these figures were kept says nothing of them.
    Recommendation.objects.update(expected_kg=0)
    assert "left over costs you" not in text_of(farmer, "growing")
    page = f"{reverse('market:plan_new', args=[season.product.code])}?recommendation={advice.pk}"
    numbers = {"1-p10_kg": "1", "1-p50_kg": "2", "1-p90_kg": "3"}

    fill(client, page, variety="盐丰47", **numbers)

    advice.refresh_from_db()
    plan = advice.plan
    assert plan
    assert (advice.answer, plan.area_mu, plan.supplies.get().ask_fen_per_kg) == (Answer.ACCEPTED, Decimal(12), 380)
    assert client.get(page).status_code == 404


def test_a_no_is_sealed_on_the_runs_history_and_not_on_the_plots(farmer: Membership, season: market.Season) -> None:
    advice, client = season.recommendation, client_of(farmer)
    before = len(history.of(advice.plot.entity))
    form = client.get(reverse("market:growing")).context["form"]

    client.post(reverse("market:decline", args=[advice.pk]), shown(form))

    assert Recommendation.objects.get().answer == Answer.DECLINED
    assert len(history.of(advice.plot.entity)) == before
    said = history.of(advice.run.entity)[-1]
    assert (said.leaf.type, said.leaf.body) == ("matchrun.advice_declined", {})
    assert said.private["plot"] == advice.plot.entity
    assert "Recommended to you" not in text_of(farmer, "growing")


def test_a_grower_says_what_is_done_about_goods_without_a_buyer(farmer: Membership, season: market.Season) -> None:
    assert "80 kg may stay unsold" in text_of(farmer, "growing")

    send(client_of(farmer), reverse("market:act", args=[season.alert.pk]), action="pool", note="合作社统销")

    assert RiskAlert.objects.get().action == RiskAction.POOL
    assert "give it to the cooperative" in text_of(farmer, "growing")


def test_a_grower_who_cannot_deliver_says_so_and_the_seller_finds_other_goods(
    farmer: Membership, processor: Membership, season: market.Season
) -> None:
    send(client_of(farmer), reverse("market:step", args=[season.firm.pk, "release"]))
    season.firm.refresh_from_db()
    line = season.firm.line
    line.refresh_from_db()
    assert (season.firm.state, line.state) == (AllocationState.RELEASED, LineState.PLACED)
    client = client_of(processor)
    text = text_of(processor, "line", line.pk)
    assert "Other goods in place of it?" in text
    supply = season.asked.supply

    page = reverse("market:propose", args=[line.pk, supply.pk])
    assert list(errors_of(send(client, page, kg="201"))) == ["kg"]
    send(client, page, kg="50")

    assert "waits" in text_of(processor, "line", line.pk)


def test_a_seller_says_that_what_was_to_be_paid_ahead_came(processor: Membership, season: market.Season) -> None:
    ahead = {"deposit_kind": DepositKind.PREPAYMENT, "deposit_bp": 1000, "cutoff_at": season.open_offer.cutoff_at}
    offer = market.make_offer(processor, season.product, window=market.window(season.product, 2), **ahead)
    line = market.line_of(market.place(season.campaign.channel, offer, "100", by=processor))
    client = client_of(processor)
    page = client.get(reverse("market:line", args=[line.pk]))
    assert "42.00 yuan came" in page.content.decode()

    for _again in range(2):
        client.post(reverse("market:deposit", args=[line.pk]), shown(page.context["form"]))

    line.refresh_from_db()
    assert (line.state, line.deposit_fen) == (LineState.PLACED, 4200)
    assert "waits for what is to be paid ahead" not in text_of(processor, "line", line.pk)


def test_the_rest_of_a_line_is_given_up_by_a_button(processor: Membership, season: market.Season) -> None:
    line = season.firm.line
    OrderLine.objects.filter(pk=line.pk).update(kg=Decimal(300))
    client = client_of(processor)
    page = client.get(reverse("market:line", args=[line.pk]))

    client.post(reverse("market:give_up", args=[line.pk]), shown(page.context["form"]))

    line.refresh_from_db()
    assert line.kg == 200


def test_both_sides_read_a_statement_down_to_the_harvest(
    farmer: Membership, processor: Membership, season: market.Season
) -> None:
    lot = Allocation.objects.get(pk=season.disputed.pk).lot_id
    for member in (farmer, processor):
        text = text_of(member, "statement", season.statement.pk)
        # 300 kg at 4.20 yuan, of which 20 yuan are disputed.
        assert "1,240.00" in text
        assert reverse("trace:item", args=[lot]) in text
    # Due on the 16th of October; on the 22nd of November interest is 37 days' at 0.05 %.
    assert "22.94" in text_of(processor, "statement", season.statement.pk)
    assert "22.94 yuan interest" in text_of(processor, "dealing")


def test_a_payer_sees_how_long_each_grower_waited(processor: Membership, season: market.Season) -> None:
    client = client_of(processor)
    assert "How long growers wait" not in text_of(processor, "dealing")
    send(client, reverse("market:step", args=[season.disputed.pk, "outcome"]), outcome="for_buyer")

    send(client, reverse("market:receipt", args=[season.payout.pk]), number="B-7", paid_on="2026-10-11")

    text = text_of(processor, "dealing")
    assert "How long growers wait" in text
    assert "王家" in text


def test_the_picture_is_drawn_by_week_and_region(farmer: Membership, season: market.Season) -> None:
    # The window begins on Sunday, the 10th of January 2027; its week on Monday, the 4th.
    assert "from Jan. 4, 2027" in text_of(farmer, "home", query="?by=week")
    regions = text_of(farmer, "home", query="?by=region")
    assert "Shenyang" in regions
    assert "Orders count where they go to" in regions
    assert "Delivery window" in text_of(farmer, "home", query="?by=nonsense&product=nothing")


def test_the_operator_reads_what_moves_and_why(operator: Membership, season: market.Season) -> None:
    text = text_of(operator, "run", season.waiting.pk)

    assert "What moves" in text
    assert "What changed before it" in text
