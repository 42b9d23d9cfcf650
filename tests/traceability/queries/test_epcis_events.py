from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership
from tests.factories.epcis import send
from tests.traceability.epcis.samples import PADDY, RICE, milling, observation
from traceability.models import EpcisEvent
from traceability.queries import epcis_events
from traceability.queries.epcis_events import QueryError, entity_of, events_named, events_of

pytestmark = pytest.mark.django_db

WRONG = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00"}}


@pytest.fixture
def told(processor: Membership) -> Membership:
    seen = observation(eventID="urn:x:seen")
    send(processor, milling(eventID="urn:x:milling"), seen, {**seen, **WRONG})
    return processor


def ids(events: list[EpcisEvent]) -> list[str]:
    return [one.event_id.rpartition(":")[2] for one in events]


def test_events_come_in_the_order_in_which_they_were_captured(told: Membership) -> None:
    page = events_of(told.organisation, {})

    assert ids(list(page.events)) == ["milling", "seen", "seen"]
    assert page.next_token == ""


def test_conditions_narrow_each_other(told: Membership) -> None:
    both = {"MATCH_anyEPC": f"{PADDY}|{RICE}", "EQ_action": "OBSERVE"}

    assert ids(list(events_of(told.organisation, both).events)) == ["seen", "seen"]


def test_the_token_leads_on_from_the_last_event(told: Membership) -> None:
    first = events_of(told.organisation, {"perPage": "2"})

    second = events_of(told.organisation, {"perPage": "2", "nextPageToken": first.next_token})

    assert [one.eseq for one in (*first.events, *second.events)] == [0, 0, 1]
    assert second.next_token == ""


def test_a_token_that_was_cut_short_is_refused(told: Membership) -> None:
    token = events_of(told.organisation, {"perPage": "1"}).next_token

    with pytest.raises(QueryError, match="/nextPageToken: is no token of a page"):
        events_of(told.organisation, {"nextPageToken": token[:-1]})


def test_a_full_page_at_the_end_has_no_token(told: Membership) -> None:
    assert events_of(told.organisation, {"perPage": "3"}).next_token == ""


def test_one_event_longer_than_a_page_is_a_page(told: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(epcis_events, "_PAGE_BYTES", 10)

    assert len(events_of(told.organisation, {}).events) == 1


def test_events_of_one_id_are_found_by_it_in_one_statement(
    told: Membership, stranger: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        assert [one.eseq for one in events_named(told.organisation, "urn:x:seen")] == [0, 1]
    assert list(events_named(stranger.organisation, "urn:x:seen")) == []


def test_an_eventid_names_one_history_for_each_party(processor: Membership, stranger: Membership) -> None:
    ours = entity_of(processor.organisation, "urn:x:1")

    assert ours == entity_of(processor.organisation, "urn:x:1")
    assert isinstance(ours, UUID)
    assert ours not in {entity_of(processor.organisation, "urn:x:2"), entity_of(stranger.organisation, "urn:x:1")}


@pytest.mark.parametrize("name", sorted(set(epcis_events.PARAMETERS) - {"perPage", "nextPageToken"}))
def test_no_condition_takes_an_empty_value(told: Membership, name: str) -> None:
    with pytest.raises(QueryError, match=f"/{name}: must not be empty"):
        events_of(told.organisation, {name: ""})
