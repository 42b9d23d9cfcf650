"""A bank's file of receipts: the instructions as they were given out, with two columns filled in."""

import csv
import io
from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Membership
from orders.models import PayoutInstruction, Statement
from orders.services.bank_files import Taken, take_file
from tests.factories import farm, market
from tests.factories.pages import client_of
from traceability.errors import RefusedError
from traceability.sheets import SheetError, xlsx_bytes

pytestmark = [pytest.mark.django_db]

DAY = "2026-10-12"


@pytest.fixture
def season(farmer: Membership, processor: Membership, operator: Membership) -> market.Season:
    return market.furnish(farmer, processor, operator)


@pytest.fixture
def given_out(season: market.Season, processor: Membership) -> list[list[str]]:
    """What the payer's page gives the bank: three instructions, by due day."""
    for fen in (1100, 1200):
        market.instruct(season, fen, by=processor)
    text = client_of(processor).get(reverse("market:payouts")).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def written(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(encoding)


def answered(rows: list[list[str]], *receipts: str) -> list[list[str]]:
    """Fill in receipts as the bank does, row by row; an empty one is not paid yet."""
    body = [[*row[:5], number, DAY if number else ""] for row, number in zip(rows[1:], receipts, strict=True)]
    return [rows[0], *body]


def take(data: bytes, by: Membership) -> Taken:
    return take_file(data=data, entry=market.entry(farm.NOW), membership=by, at=farm.NOW)


def named(taken: Taken) -> list[tuple[int, str, str, str]]:
    return [(one.line, one.field, one.value, one.rule) for one in taken.problems]


def receipts() -> list[str]:
    return sorted(PayoutInstruction.objects.values_list("receipt", flat=True))


def test_the_file_comes_back_in_parts_and_again_and_each_receipt_is_recorded_once(
    processor: Membership, given_out: list[list[str]]
) -> None:
    assert given_out[0] == ["instruction", "payee", "yuan", "statement", "due_on", "receipt", "paid_on"]

    first = take(written(answered(given_out, "B-1", "", "B-3"), "gb18030"), processor)
    again = take(written(answered(given_out, "B-1", "", "B-3")), processor)
    rest = take(xlsx_bytes(answered(given_out, "B-1", "B-2", "B-3"), title="bank"), processor)

    assert (first, again) == (Taken(recorded=2, waiting=1), Taken(known=2, waiting=1))
    assert (rest, receipts()) == (Taken(recorded=1, known=2), ["B-1", "B-2", "B-3"])
    assert set(Statement.objects.values_list("state", "paid_on")) == {("paid", date(2026, 10, 12))}


def test_what_is_wrong_is_named_by_line_and_column_and_nothing_is_recorded(
    processor: Membership, given_out: list[list[str]]
) -> None:
    good, *others = answered(given_out, "B-1", "B-2", "B-3")[1:]
    other = [*others[0][:2], "0.01", *others[0][3:]]
    foreign = ["00000000-0000-4000-8000-000000000000", *others[1][1:]]
    halves = [[*others[1][:5], "B-3", ""], [*others[1][:5], "", DAY]]
    sheet = [given_out[0], good, other, foreign, *halves, ["no id", *good[1:]], [*good[:6], "2099-01-01"]]

    taken = take(written(sheet), processor)

    assert named(taken) == [
        (3, "fen", "0.01", "amount_differs"),
        (4, "payout", foreign[0], "unknown_payout"),
        (5, "paid_on", "", "empty_text"),
        (6, "number", "", "empty_text"),
        (7, "payout", "no id", "wrong_format"),
        (8, "paid_on", "2099-01-01", "differs_from_first"),
    ]
    assert receipts() == ["", "", ""]


def test_a_file_of_something_else_is_none(processor: Membership, season: market.Season) -> None:
    with pytest.raises(SheetError, match="instruction"):
        take(b"a,b\n1,2\n", processor)


def test_who_may_only_look_and_strangers_record_nothing(
    farmer: Membership, viewer: Membership, stranger: Membership, given_out: list[list[str]]
) -> None:
    data = written(answered(given_out, "B-1", "B-2", "B-3"))

    for member in (farmer, stranger):
        assert {one.rule for one in take(data, member).problems} == {"unknown_payout"}
    with pytest.raises(RefusedError, match="you may look"):
        take(data, viewer)
    assert receipts() == ["", "", ""]
