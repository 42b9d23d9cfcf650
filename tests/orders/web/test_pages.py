"""What the pages of the market say and do."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from orders.enums import AllocationState, RunState
from orders.models import MatchRun, OrderLine, PayoutInstruction, PlantingPlan, PresaleOffer, Product, YieldRevision
from tests.factories import farm, market
from tests.factories.pages import client_of, errors_of, fill, rows_of, send, shown

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


def test_a_grower_plans_several_grades_and_windows_and_estimates_them_anew(farmer: Membership) -> None:
    product, client = market.make_product(), client_of(farmer)
    first, second = (market.grade(product, rank).pk for rank in range(2))
    window = market.window(product, 2).pk
    head = {"plot": farm.make_plot(farmer).pk, "variety": "盐丰47", "area_mu": "10", "node": market.node().pk}
    one = {"1-grade": first, "1-window": window, "1-p10_kg": "800", "1-p50_kg": "1000", "1-p90_kg": "1200"}
    said = {**head, **one, "1-ask_fen_per_kg": "3"}
    page = reverse("market:plan_new", args=[product.code])
    assert list(errors_of(fill(client, page, **{**said, "1-p50_kg": "700"}))) == ["1-p50_kg"]

    longer = fill(client, page, **said, more="1")
    assert (errors_of(longer), PlantingPlan.objects.count()) == ({}, 0)
    again = shown(longer.context["form"], *rows_of(longer))
    assert (again["rows"], again["1-p50_kg"], again["variety"]) == (2, "1000", "盐丰47")
    two = {"2-grade": second, "2-window": window, "2-p10_kg": "80", "2-p50_kg": "100", "2-p90_kg": "120"}
    twice = client.post(page, {**again, **two, "2-grade": first, "2-ask_fen_per_kg": "2"})
    assert errors_of(twice) == {"__all__": ["This grade and window stand there twice"]}
    client.post(page, {**again, **two, "2-ask_fen_per_kg": "2"})

    plan = PlantingPlan.objects.get()
    assert list(plan.supplies.order_by("grade").values_list("p50_kg", "ask_fen_per_kg")) == [
        (Decimal(1000), 300),
        (Decimal(100), 200),
    ]
    revise = reverse("market:revise", args=[plan.pk])
    assert errors_of(fill(client, revise, reason="weather")) == {"__all__": ["Change at least one figure."]}
    worse = plan.supplies.get(grade=second)
    lost = {f"{worse.pk.hex}-p10_kg": "10", f"{worse.pk.hex}-p50_kg": "20", f"{worse.pk.hex}-p90_kg": "30"}
    fill(client, revise, reason="weather", **lost)

    text = client.get(reverse("market:plan", args=[plan.pk])).content.decode()
    assert "hail, frost or storm" in text
    (revision,) = YieldRevision.objects.all()
    assert (revision.supply, revision.p50_kg) == (worse, Decimal(20))
    assert list(plan.supplies.order_by("grade").values_list("p50_kg", flat=True)) == [1000, 20]


def test_a_row_into_which_nothing_was_typed_is_left_out_and_rows_have_an_end(farmer: Membership) -> None:
    product, client = market.make_product(), client_of(farmer)
    farm.make_plot(farmer)
    page = reverse("market:plan_new", args=[product.code])
    numbers = {"1-p10_kg": "1", "1-p50_kg": "2", "1-p90_kg": "3", "1-ask_fen_per_kg": "3"}
    longest = fill(client, page, rows="8", variety="盐丰47", area_mu="1", **numbers, more="1")
    assert len(rows_of(longest)) == 8
    assert "One more grade or window" not in longest.content.decode()

    client.post(page, shown(longest.context["form"], *rows_of(longest)))

    assert PlantingPlan.objects.get().supplies.count() == 1
    assert len(rows_of(fill(client, page, rows="nonsense", more="1"))) == 2


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

    assert season.product.name_en in text
    # What is over is left out: 80, 60 and 90 kg are ordered for January, and 250 kg planned.
    assert [f">{kg}</td>" in text for kg in (230, 650)] == [True, False]
    assert ">650</td>" in client_of(farmer).get(reverse("market:home"), {"over": 1}).content.decode()


def test_a_grower_picks_ships_and_reads_when_the_money_comes(farmer: Membership, season: market.Season) -> None:
    client = client_of(farmer)
    lot = farm.make_lot(farmer, season.firm.supply.plan.season)
    step = {"kg": "200", "day": "2026-10-02"}

    send(client, reverse("market:step", args=[season.firm.pk, "pick"]), lot=lot.pk, **step)
    send(client, reverse("market:step", args=[season.firm.pk, "ship"]), **step)

    season.firm.refresh_from_db()
    assert (season.firm.state, season.firm.shipped_kg) == (AllocationState.SHIPPED, Decimal(200))
    assert "was due Oct. 16, 2026" in client.get(reverse("market:growing")).content.decode()


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


def test_the_banks_file_is_taken_or_what_is_wrong_in_it_is_shown(processor: Membership, season: market.Season) -> None:
    client, page = client_of(processor), reverse("market:receipts")
    heading, row = client.get(reverse("market:payouts")).content.decode("utf-8-sig").splitlines()

    wrong = send(client, page, file=upload(heading, f"{row.removesuffix(',,')},B-7,12.10.2026"))
    right = send(client, page, file=upload(heading, f"{row.removesuffix(',,')},B-7,2026-10-12"))

    text = wrong.content.decode()
    assert "Nothing was recorded. Mend these lines and send the file again." in text
    assert "12.10.2026" in text
    assert right.headers["Location"] == reverse("market:dealing")
    assert PayoutInstruction.objects.get(pk=season.payout.pk).receipt == "B-7"
    assert "Receipts recorded: 1" in client.get(reverse("market:dealing")).content.decode()
    nothing = send(client, page, file=upload("a,b", "1,2"))
    assert "instruction" in errors_of(nothing)["__all__"][0]


def upload(*lines: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("bank.csv", "\n".join(lines).encode())


def test_a_form_that_was_sent_before_and_now_says_something_else_is_told_what_differs(farmer: Membership) -> None:
    product, client = market.make_product(), client_of(farmer)
    offered = {
        "ship_region": market.node().pk,
        "price_fen_per_kg": "4.20",
        "cap_kg": "100",
        "cutoff_at": "2026-12-31T20:00",
    }
    page = reverse("market:offer_new", args=[product.code])
    sent = {**shown(client.get(page).context["form"]), **offered, "window": market.window(product, 2).pk}
    assert client.post(page, sent).status_code == 302

    other = client.post(page, {**sent, "cap_kg": "90", "ship_region": market.node("沈阳").pk})

    said = "Differs from what was sent first"
    assert errors_of(other) == {
        "__all__": ["This was sent before with other content; what differs is named, and for something new begin anew"],
        "cap_kg": [said],
        "ship_region": [said],
    }
    assert PresaleOffer.objects.get().cap_kg == 100


def test_a_plan_that_was_sent_before_and_now_says_something_else_is_told_what_differs(farmer: Membership) -> None:
    product, client = market.make_product(), client_of(farmer)
    farm.make_plot(farmer)
    page = reverse("market:plan_new", args=[product.code])
    empty = client.get(page)
    numbers = {"1-p10_kg": "1", "1-p50_kg": "2", "1-p90_kg": "3", "1-ask_fen_per_kg": "3"}
    sent = {**shown(empty.context["form"], *rows_of(empty)), "variety": "盐丰47", "area_mu": "1", **numbers}
    sent |= {"node": str(market.node("盘锦").pk)}
    assert client.post(page, sent).status_code == 302

    other = client.post(page, {**sent, "1-p90_kg": "4", "node": market.node("沈阳").pk, "variety": "辽粳"})

    named = errors_of(other)
    assert sorted(named) == ["1-p90_kg", "__all__", "node", "variety"]
    assert named["1-p90_kg"] == ["Differs from what was sent first"]
