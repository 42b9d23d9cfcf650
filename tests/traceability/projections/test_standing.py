from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.traceability.projections.histories import corrected, said
from traceability.projections.standing import day_of, standing, valid


def test_events_without_corrections_stand_as_they_were_said() -> None:
    first, second = said("growth.sown", on="season", date="2026-04-21"), said("growth.tended", on="season", eseq=1)

    assert [(one.type, one.body, one.withdrawn) for one in standing([first, second])] == [
        ("growth.sown", {"date": "2026-04-21"}, False),
        ("growth.tended", {}, False),
    ]


def test_later_corrections_win_and_leave_the_rest() -> None:
    first = said("growth.sown", on="season", date="2026-04-21", method="drill", seed_kg="3")

    (stands,) = standing([first, corrected(first, eseq=1, method="tray"), corrected(first, eseq=2, seed_kg="4.5")])

    assert stands.body == {"date": "2026-04-21", "method": "tray", "seed_kg": "4.5"}
    assert (stands.number("seed_kg"), stands.number("area_mu"), stands.day) == (Decimal("4.5"), None, date(2026, 4, 21))
    assert [one.leaf.eseq for one in stands.corrections] == [1, 2]


def test_what_was_withdrawn_is_there_and_no_longer_valid() -> None:
    first, second = said("growth.sown", on="season"), said("growth.sown", on="season", eseq=1)
    history = [first, second, corrected(first, eseq=2, withdrawn=True)]

    assert [one.withdrawn for one in standing(history)] == [True, False]
    assert [one.event for one in valid(history, "growth.sown")] == [second]
    assert valid(history, "growth.tended") == []


def test_private_members_are_replaced_and_an_explanation_is_none_of_them() -> None:
    first = said("growth.sown", on="season", private={"operator": "张三", "note": "早"})
    second = corrected(first, eseq=1, private={"operator": "李四", "explanation": "写错了"})

    (stands,) = standing([first, second])

    assert stands.private == {"operator": "李四", "note": "早"}


def test_an_erased_correction_does_not_bring_back_what_it_replaced() -> None:
    first = said("growth.sown", on="season", private={"operator": "张三"})
    second = replace(corrected(first, eseq=1, private={"operator": "李四"}), private={})

    (stands,) = standing([first, second])

    assert stands.private == {}


def test_a_correction_of_what_is_not_there_changes_nothing() -> None:
    first, other = said("growth.sown", on="season"), said("growth.sown", on="season", eseq=5)

    assert [one.body for one in standing([first, corrected(other, eseq=6, method="tray")])] == [{}]


def test_the_day_is_that_of_china() -> None:
    late = said("plot.registered", on="plot")
    event = replace(late, leaf=replace(late.leaf, time="2026-06-01T16:00:00Z"))

    assert day_of(event) == date(2026, 6, 2)
