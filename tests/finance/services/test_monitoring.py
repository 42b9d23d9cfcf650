import logging
from datetime import timedelta

import pytest

from accounts.models import Membership
from finance import tasks
from finance.models import CardReport, Loan, RuleSwitch, Scorecard
from finance.services import monitoring
from tests.factories import lending
from traceability.models import TaskRequest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


@pytest.fixture
def lent(operator: Membership, bank: Membership, farmer: Membership) -> Scorecard:
    return lending.lend(600, operator=operator, bank=bank, farmer=farmer)


def test_watch_makes_the_three_reports_of_a_day(lent: Scorecard) -> None:
    made = monitoring.watch(lent, day=lending.TODAY, at=lending.NOW)

    found = {one.kind: one.figures for one in made}
    assert sorted(found) == ["calibration", "drift", "fairness"]
    assert found["calibration"]["loans"] == 600
    assert [one["name"] for one in found["calibration"]["groups"]] == ["210683", "210882", "210921", "211104"]
    assert len(found["drift"]["months"]) in {12, 13}
    assert {one["group"] for one in found["fairness"]["ratios"]} == {"under_10_mu", "minority_county"}


def test_watch_again_replaces_the_reports_of_the_day(lent: Scorecard) -> None:
    for hours in (0, 1):
        monitoring.watch(lent, day=lending.TODAY, at=lending.NOW + timedelta(hours=hours))

    assert CardReport.objects.count() == 3
    assert {one.made_at for one in CardReport.objects.all()} == {lending.NOW + timedelta(hours=1)}


def test_too_few_loans_give_no_report(operator: Membership, bank: Membership, farmer: Membership) -> None:
    row = lending.lend(20, operator=operator, bank=bank, farmer=farmer)

    assert monitoring.watch(row, day=lending.TODAY, at=lending.NOW) == []


def test_more_bad_loans_than_expected_raise_the_alarm(
    operator: Membership, bank: Membership, farmer: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    row = lending.lend(600, operator=operator, bank=bank, farmer=farmer, shock=2.0)

    with caplog.at_level(logging.WARNING, logger="suyuan.finance"):
        made = {one.kind: one.alarm for one in monitoring.watch(row, day=lending.TODAY, at=lending.NOW)}

    assert (made["calibration"], made["drift"]) == (True, True)
    assert f"card {row.pk}: alarm of drift" in caplog.text


def test_the_night_asks_once_for_each_card_in_use(lent: Scorecard) -> None:
    for _ in range(2):
        monitoring.request_reports(at=lending.NOW)

    asked = TaskRequest.objects.filter(name=monitoring.WATCH)
    assert [one.argument for one in asked] == [f"{lent.pk[:40]} 2026-11-22"]


def test_the_task_makes_the_reports_and_is_done(lent: Scorecard) -> None:
    monitoring.request_reports(at=lending.NOW)
    request = TaskRequest.objects.get(name=monitoring.WATCH)

    for _ in range(2):
        tasks.watch_card(request.pk)

    request.refresh_from_db()
    assert request.done_at is not None
    assert CardReport.objects.count() == 3


def test_the_switch_of_the_rule_is_written_down_once(lent: Scorecard, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="suyuan.finance"):
        first = monitoring.log_rule(at=lending.NOW)
        second = monitoring.log_rule(at=lending.NOW)

    assert first is not None
    assert (first.kind, first.outcomes, second) == ("blend", 600, None)
    assert "outcomes now allow a card of kind blend: 600 matured" in caplog.text


def test_the_rule_goes_back_where_outcomes_fall_away(lent: Scorecard) -> None:
    monitoring.log_rule(at=lending.NOW)
    Loan.objects.filter(loan_ref__startswith="G-5").update(score=None)
    Loan.objects.filter(loan_ref__regex="G-[1-4]..").update(score=None)

    monitoring.log_rule(at=lending.NOW + timedelta(days=1))

    assert list(RuleSwitch.objects.order_by("at").values_list("kind", flat=True)) == ["blend", "expert"]
