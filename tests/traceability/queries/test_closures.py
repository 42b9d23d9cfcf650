import pytest

from tests.factories import farm, stories
from tests.factories.log import publish
from traceability.errors import RefusedError
from traceability.queries import closures, log
from traceability.queries.closures import closure, published_closure, published_closure_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]


def kinds(entity: str) -> list[str]:
    return sorted({event.leaf.entity.partition(":")[0] for event in closure(entity)})


def test_the_closure_of_a_bag_reaches_back_to_the_plot() -> None:
    story = stories.rice()

    found = [event.leaf.entity for event in closure(story.bag.entity)]

    entities = {story.bag.entity, story.harvest.entity, story.season.entity, story.plot.entity}
    assert entities < set(found)
    assert {one.partition(":")[0] for one in set(found) - entities} == {"process"}


def test_the_closure_of_a_harvest_does_not_run_downstream() -> None:
    story = stories.rice()

    assert kinds(story.harvest.entity) == ["lot", "plot", "season"]
    assert story.bag.entity not in {event.leaf.entity for event in closure(story.harvest.entity)}


def test_chains_are_whole_and_in_order() -> None:
    story = stories.rice()

    season = [event.leaf.eseq for event in closure(story.bag.entity) if event.leaf.entity == story.season.entity]

    assert season == list(range(7))


def test_what_waits_for_the_log_is_there_without_an_index() -> None:
    story = stories.rice()
    publish()
    farm.log(story.season, "tended", by=story.farmer, days=100, operation="weeding")

    waiting = [event.leaf.type for event in closure(story.bag.entity) if event.index is None]

    assert waiting == ["growth.tended"]


def test_the_published_closure_ends_at_its_checkpoint() -> None:
    story = stories.rice()
    publish()
    first = log.checkpoint()
    assert first is not None
    farm.log(story.season, "tended", by=story.farmer, days=100, operation="weeding")
    publish()

    before = published_closure(story.bag.entity, size=first.size)
    after = published_closure(story.bag.entity, size=first.size + 1)

    assert [event.leaf.type for event in after if event not in before] == ["growth.tended"]
    assert published_closure(story.bag.entity, size=0) == []


def test_a_signed_event_brings_the_history_of_its_key() -> None:
    story = stories.rice()
    key = stories.signed_photo(story.season, story.farmer)

    assert key in {event.leaf.entity for event in closure(story.bag.entity)}


def test_an_unknown_entity_rests_on_nothing() -> None:
    assert closure("lot:0f8fad5b-d9cb-469f-a165-70867728950e") == []


def test_the_closure_is_one_statement(django_assert_num_queries: "pytest.FixtureRequest") -> None:
    story = stories.rice()

    with django_assert_num_queries(1):  # type: ignore[operator]
        closure(story.bag.entity)


def test_a_closure_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    story = stories.rice()
    length = len(closure(story.bag.entity))

    monkeypatch.setattr(closures, "MAX_RECORDS", length)
    assert len(closure(story.bag.entity)) == length
    monkeypatch.setattr(closures, "MAX_RECORDS", length - 1)

    with pytest.raises(RefusedError) as caught:
        closure(story.bag.entity)
    assert (caught.value.rule, caught.value.params["limit"]) == ("too_many_records", length - 1)


def test_the_closure_of_several_is_that_of_each_once() -> None:
    story = stories.rice()
    key = stories.signed_photo(story.season, story.farmer)
    newest = publish()

    found = published_closure_of([story.harvest.entity, story.bag.entity], size=newest.size)

    assert found == published_closure(story.bag.entity, size=newest.size)
    assert key in {event.leaf.entity for event in found}
    assert published_closure_of([story.bag.entity], size=0) == []


def test_the_closure_of_several_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    story = stories.rice()
    newest = publish()
    count = len(published_closure(story.bag.entity, size=newest.size))
    monkeypatch.setattr(closures, "MAX_RECORDS", count)
    assert len(published_closure_of([story.bag.entity], size=newest.size)) == count
    monkeypatch.setattr(closures, "MAX_RECORDS", count - 1)

    with pytest.raises(RefusedError):
        published_closure_of([story.bag.entity], size=newest.size)
