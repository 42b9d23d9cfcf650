import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership
from tests.factories import farm
from traceability.models import LotLink, Plot, Sample
from traceability.services.rows import RowConflictError, bring_in_line


def test_a_row_that_was_changed_by_hand_is_put_right(farmer: Membership) -> None:
    plot = farm.make_plot(farmer, name="东大方")
    Plot.objects.filter(pk=plot.pk).update(name="别人的", retired=True)

    bring_in_line([plot.entity])

    plot.refresh_from_db()
    assert (plot.name, plot.retired) == ("东大方", False)


def test_a_row_that_is_gone_comes_back(farmer: Membership) -> None:
    plot = farm.make_plot(farmer)
    Plot.objects.filter(pk=plot.pk).delete()

    bring_in_line([plot.entity])

    assert Plot.objects.get() == plot


def test_rows_that_no_event_makes_go(farmer: Membership, laboratory: Membership) -> None:
    lot = farm.make_lot(farmer)
    Sample.objects.create(id=lot.pk, lot=lot, number="S-9", laboratory=laboratory.organisation, taken_on="2026-10-06")

    bring_in_line([lot.entity])

    assert not Sample.objects.exists()


def test_links_are_neither_lost_nor_doubled(farmer: Membership) -> None:
    rice = farm.make_milled(farmer, farm.make_lot(farmer), farm.make_lot(farmer))
    process = farm.say(rice.entity).inputs[0].entity
    before = set(LotLink.objects.values_list("product", "source", "event"))
    LotLink.objects.filter(source=min(source for _, source, _ in before)).delete()

    bring_in_line([process])

    assert set(LotLink.objects.values_list("product", "source", "event")) == before


def test_a_name_that_was_taken_meanwhile_is_a_conflict(farmer: Membership) -> None:
    first, second = farm.make_plot(farmer, number="A"), farm.make_plot(farmer, number="B")
    Plot.objects.filter(pk=first.pk).update(number="C")
    Plot.objects.filter(pk=second.pk).update(number="A")

    with pytest.raises(RowConflictError, match="Plot"), transaction.atomic():
        bring_in_line([first.entity])


def test_an_entity_without_a_history_makes_nothing(db: None) -> None:
    bring_in_line(["plot:00000000-0000-4000-8000-000000000000"])

    assert not Plot.objects.exists()


def test_many_entities_take_as_many_statements_as_one(farmer: Membership) -> None:
    plots = [farm.make_plot(farmer) for _ in range(3)]
    counts = []

    for some in (plots[:1], plots):
        with CaptureQueriesContext(connection) as queries:
            bring_in_line(plot.entity for plot in some)
        counts.append(len(queries))

    assert counts[0] == counts[1]
