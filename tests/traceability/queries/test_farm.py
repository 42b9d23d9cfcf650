from uuid import uuid4

import pytest

from accounts.models import Membership
from tests.factories import farm
from traceability.queries.farm import entity_is_visible_to, plots_visible_to, plots_with_seasons, seasons_visible_to
from traceability.services.plots import retire_plot

pytestmark = pytest.mark.django_db


def test_a_party_sees_its_own_plots_by_number_and_retired_ones_last(farmer: Membership, stranger: Membership) -> None:
    first, second, third = (farm.make_plot(farmer, number=number) for number in ("A", "B", "C"))
    farm.make_plot(stranger)
    retire_plot(plot=first, entry=farm.entry(), reason="given_up", membership=farmer, at=farm.NOW)

    assert list(plots_visible_to(farmer)) == [second, third, first]


def test_a_party_sees_its_own_seasons_the_newest_first(farmer: Membership, stranger: Membership) -> None:
    plot = farm.make_plot(farmer)
    old, new = farm.make_season(farmer, plot), farm.make_season(farmer, plot)
    farm.make_season(stranger)

    assert set(seasons_visible_to(farmer)) == {old, new}
    assert [list(one.seasons.all()) for one in plots_with_seasons(farmer)] == [list(plot.seasons.order_by("pk"))]


def test_a_history_is_open_to_who_sees_its_thing(farmer: Membership, stranger: Membership) -> None:
    season = farm.make_season(farmer)

    for entity in (season.entity, season.plot.entity):
        assert entity_is_visible_to(farmer, entity) is True
        assert entity_is_visible_to(stranger, entity) is False
    assert entity_is_visible_to(farmer, f"key:{uuid4()}") is False
