from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Membership
from tests.factories import farm
from tests.traceability.balance.books import AFTER, BEFORE
from traceability.balance import loss_rate
from traceability.web.plant.loss_chart import chart_of
from traceability.web.plant.loss_words import Period


@pytest.mark.django_db
def test_the_month_that_was_chosen_is_told_by_step_and_reason(
    desk: Client, farmer: Membership, processor: Membership
) -> None:
    lot = farm.give(farm.make_lot(farmer), by=farmer, to=processor)
    farm.make_milled(processor, lot, kg="930", use="1000")

    page = desk.get("/plant/losses/", {"month": "2026-10"})

    chosen = page.context["chosen"]
    assert (chosen.month, chosen.rate.percent) == (date(2026, 10, 1), Decimal("7.00"))
    assert [(row.name, row.rate.lost) for row in page.context["steps"]] == [("milling", Decimal(70))]
    with translation.override("en"):
        assert chosen.reasons == [("not explained", Decimal(70), Decimal("7.00"))]


@pytest.mark.django_db
def test_without_runs_there_is_nothing_to_draw(desk: Client) -> None:
    assert "No run in the last twelve months." in desk.get("/plant/losses/?month=x").content.decode()


@pytest.mark.django_db
def test_of_anothers_losses_nothing_is_told(desk: Client, farmer: Membership) -> None:
    farm.make_milled(farmer, farm.make_lot(farmer))

    assert desk.get("/plant/losses/").context["periods"] == []


def test_the_bars_stand_against_the_two_lines() -> None:
    periods = [Period(date(2025, 10, 1), loss_rate(BEFORE)), Period(date(2026, 10, 1), loss_rate(AFTER))]

    chart = chart_of(periods, before=Decimal(12), aim=Decimal(6))

    assert [bar.percent for bar in chart.bars] == [Decimal("12.00"), Decimal("6.00")]
    assert [bar.unexplained_y for bar in chart.bars] == [chart.before.y, chart.aim.y]
    first = chart.bars[0]
    assert first.declared_height + first.unexplained_height == chart.floor.y - chart.before.y
