from datetime import date, timedelta

import pytest

from finance.fitting.outcomes import Course, Label, counted, kind_for, label_of

PAID_OUT = date(2026, 3, 1)
OLD = PAID_OUT + timedelta(days=365)


@pytest.mark.parametrize(
    ("course", "on", "label"),
    [
        (Course(disbursed_on=PAID_OUT, ended_on=date(2026, 11, 1)), OLD, Label.GOOD),
        (Course(disbursed_on=PAID_OUT, worst_days=29), OLD, Label.GOOD),
        (Course(disbursed_on=PAID_OUT, worst_days=30), OLD, Label.INDETERMINATE),
        (Course(disbursed_on=PAID_OUT, worst_days=90, first_bad_on=OLD), OLD, Label.BAD),
        (
            Course(disbursed_on=PAID_OUT, worst_days=90, first_bad_on=OLD + timedelta(1)),
            OLD + timedelta(60),
            Label.INDETERMINATE,
        ),
        (Course(disbursed_on=PAID_OUT, written_off=True), OLD, Label.BAD),
        (Course(disbursed_on=PAID_OUT, written_off=True), OLD - timedelta(1), Label.IMMATURE),
        (Course(disbursed_on=PAID_OUT, ended_on=date(2026, 5, 1)), OLD - timedelta(1), Label.IMMATURE),
        (Course(disbursed_on=None, rejected=True), OLD, Label.REJECTED),
        (Course(disbursed_on=None), OLD, Label.IMMATURE),
    ],
)
def test_label_of_a_loan(course: Course, on: date, label: Label) -> None:
    assert label_of(course, on=on) is label


def test_counted_names_every_label() -> None:
    assert counted([Label.BAD, Label.REJECTED, Label.BAD]) == {
        "good": 0,
        "bad": 2,
        "indeterminate": 0,
        "immature": 0,
        "rejected": 1,
    }


@pytest.mark.parametrize(
    ("outcomes", "bads", "kind"),
    [
        (199, 60, "expert"),
        (200, 50, "blend"),
        (200, 49, "expert"),
        (999, 500, "blend"),
        (1000, 50, "fitted"),
        (1000, 49, "expert"),
    ],
)
def test_the_rule_switches_at_200_and_1000_outcomes(outcomes: int, bads: int, kind: str) -> None:
    assert kind_for(outcomes, bads) == kind
