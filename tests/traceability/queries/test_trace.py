from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.factories import farm, stories
from tests.factories.log import publish
from traceability.models import Lot, LotLink
from traceability.queries.trace import Descent, descents, story_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def test_a_story_has_the_lots_the_plot_and_the_parties() -> None:
    told = stories.rice()

    story = story_of(told.bag)

    assert set(story.lots) == {told.bag.entity, told.harvest.entity}
    assert set(story.plots) == {told.plot.entity}
    assert {one.name for one in story.parties.values()} == {"王秀兰家", "盘锦米业", "辽宁检测中心"}


def test_a_story_knows_which_events_are_published() -> None:
    told = stories.rice()
    publish()
    farm.log(told.season, "tended", by=told.farmer, days=100, operation="weeding")

    story = story_of(told.bag)

    assert [event.leaf.type for event in story.events if event.leaf.id not in story.published] == ["growth.tended"]


def test_before_the_first_checkpoint_nothing_is_published() -> None:
    told = stories.rice()

    story = story_of(told.bag)

    assert len(story.events) == 15
    assert story.published == {}


def test_genealogy_reaches_through_every_process() -> None:
    told = stories.rice()
    packed = stories.pack_rice(told.bag, by=told.mill)

    found = {(one.product, one.source) for one in descents(packed)}

    assert found == {(packed.pk, told.bag.pk), (told.bag.pk, told.harvest.pk)}


def test_genealogy_of_rework_ends() -> None:
    told = stories.rice()
    LotLink.objects.create(product_id=told.harvest.pk, source_id=told.bag.pk, event=uuid4())

    found = [(one.product, one.source) for one in descents(told.bag)]

    assert sorted(found) == sorted([(told.bag.pk, told.harvest.pk), (told.harvest.pk, told.bag.pk)])


def test_a_lot_without_a_past_has_no_genealogy() -> None:
    told = stories.rice()

    assert descents(told.harvest) == []


@pytest.mark.parametrize("more", [0, 2])
def test_a_story_takes_six_statements_whatever_its_length(
    more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    told = stories.rice()
    for day in range(more):
        farm.log(told.season, "tended", by=told.farmer, days=100 + day, operation="weeding")
    lot = Lot.objects.get(pk=told.bag.pk)

    with django_assert_num_queries(6):
        story_of(lot)


def test_a_descent_names_the_record_that_says_so() -> None:
    told = stories.rice()

    (found,) = descents(told.bag)

    assert found == Descent(told.bag.pk, told.harvest.pk, UUID(str(found.event)))
    assert f"process:{found.event}" in {event.leaf.entity for event in story_of(told.bag).events}
