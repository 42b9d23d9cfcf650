from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries

from accounts.kept_queries import KeptQuery, Marks
from accounts.models import Membership, Organisation
from tests.factories.parties import make_member

pytestmark = pytest.mark.django_db


def test_it_gives_what_the_query_gives_and_what_it_selects_beside(
    farmer: Membership, processor: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kept = KeptQuery(
        lambda marks: Membership.objects.select_related("organisation", "user").filter(organisation=marks.number())
    )

    for member in (farmer, processor, farmer):
        with django_assert_num_queries(1):
            (found,) = kept.all(member.organisation_id)
            told = (found, found.organisation, found.user, found.organisation.registered_at, found._state.db)
        assert told == (member, member.organisation, member.user, member.organisation.registered_at, "default")


def test_values_of_every_kind_find_their_places() -> None:
    kept = KeptQuery(
        lambda marks: Organisation.objects.filter(
            public_id=marks.id(), name=marks.text(), registered_at__lt=marks.moment(), pk__gt=marks.number()
        )
    )
    party = make_member(name="李家").organisation
    later = party.registered_at + timedelta(seconds=1)

    assert kept.first(party.public_id, "李家", later, 0) == party
    assert kept.first(uuid4(), "李家", later, 0) is None
    assert kept.first(party.public_id, "张家", later, 0) is None
    assert kept.first(party.public_id, "李家", party.registered_at, 0) is None
    assert kept.first(party.public_id, "李家", later, party.pk) is None


def test_a_value_may_stand_in_two_places_and_others_stay_as_they_are(farmer: Membership) -> None:
    def build(marks: Marks) -> QuerySet[Organisation]:
        party = marks.number()
        return Organisation.objects.filter(pk=party, memberships__organisation=party, kind="HOUSEHOLD").order_by("pk")

    kept = KeptQuery(build)

    assert kept.all(farmer.organisation_id) == [farmer.organisation]


def test_it_is_built_once(farmer: Membership) -> None:
    built = []

    def build(marks: Marks) -> QuerySet[Organisation]:
        built.append(marks)
        return Organisation.objects.filter(pk=marks.number())

    kept = KeptQuery(build)

    assert [kept.first(farmer.organisation_id) for _ in range(3)] == [farmer.organisation] * 3
    assert len(built) == 1


def test_a_value_that_the_query_does_not_ask_for_is_refused() -> None:
    kept = KeptQuery(lambda marks: (marks.number(), Session.objects.filter(expire_date__gt=marks.moment()))[1])

    with pytest.raises(ValueError, match="value 0 is not in the statement"):
        kept.all(1, datetime(2026, 1, 1, tzinfo=UTC))


def test_what_was_changed_by_hand_in_one_object_is_not_in_the_next(farmer: Membership) -> None:
    kept = KeptQuery(lambda marks: Organisation.objects.filter(pk=marks.number()))
    first = kept.first(farmer.organisation_id)
    assert first is not None
    first.name = "changed"

    again = kept.first(farmer.organisation_id)

    assert again is not None
    assert again.name == farmer.organisation.name
